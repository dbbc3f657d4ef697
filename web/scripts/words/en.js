/**
 * The English words that a first visit needs, apart from those of index.html, which stand there. What is said later is
 * in en-more.js.
 */
/** @param {number} days */
const days = (days) => (days === 1 ? "a day" : `${days} days`);

export const words = {
  /** Texts of index.html that say how long photos are kept, by data-retention; [brackets] hold what is in an element. */
  retention: {
    /** @param {number} number */
    welcome: (number) =>
      `[Kept for ${days(number)}, then erased.] You can delete your photo at any time, and it is gone at once.`,
    /** @param {number} number */
    line: (number) => `We compare your photo for this match and keep it for ${days(number)}.`,
    /** @param {number} number */
    my_data: (number) => `[Your photos], for ${days(number)} each; then they are erased.`,
  },

  stage: {
    you: "You",
    your_double: "Your double",
    /** @param {string} name */
    portrait_of: (name) => `Portrait of ${name}`,
  },

  /** @param {number} portraits */
  small_line_up: (portraits) => `For now, a small line-up: ${portraits === 1 ? "one portrait" : `${portraits} portraits`}`,

  packs_legend: "Choose a line-up",

  account: {
    sign_in: "Sign in",
    account: "Account",
    signed_out: "Signed out.",
    /** @param {string} email */
    signed_in_as: (email) => `Signed in as ${email}.`,
    forgotten: "Your account is deleted, and your photos and matches with it.",
  },

  deletion: {
    match_title: "Delete this match?",
    match: "Your photo and its result are deleted for good.",
    match_of_several: "Your photos and their result are deleted for good.",
    match_done: "Your photo and your match are deleted.",
    results_title: "Delete your matches?",
    results: "Your last results and their photos are deleted for good, here and on the server.",
    results_done: "Deleted: no matches are left on this device.",
    everything_title: "Delete your account and everything in it?",
    everything: "Your account, every match and every photo are deleted for good.",
  },

  out_of_reach: "That part of the page did not load. Check your connection, or reload the page.",
  poster_out_of_reach: "The poster did not load. Check your connection.",
  still_no_connection: "Still no connection.",

  opening: "Opening your photo…",
  /** @param {string} name */
  last_match: (name) => `Your last match: ${name}`,

  progress: {
    sending: "Sending your photo…",
    sending_aloud: "Sending your photo.",
    /** @param {number} percent */
    sending_percent: (percent) => `Sending your photo: ${Math.round(percent)}%`,
    looking: "Comparing you with our celebrities…",
    looking_again: "Finding your match again…",
    looking_aloud: "Looking for your match.",
    slow: "Still looking. This is taking a little longer than usual.",
    /** @param {string} name */
    ready: (name) => `Your match is ready: ${name}.`,
    trying_again: "Trying again…",
    /** @type {Record<"offline" | "network_lost" | "too_many_requests" | "busy" | "service_unavailable", string>} by what holds it up */
    stalled: {
      offline: "You’re offline. We continue as soon as you are back.",
      network_lost: "The connection dropped. Trying again…",
      too_many_requests: "It’s busy right now. Trying again soon…",
      busy: "It’s busy right now. Trying again soon…",
      service_unavailable: "No answer yet. Trying again…",
    },
  },

  groups: {
    legend: "Compare me with",
    legend_newest: "Compare my newest photo with",
    everyone: "Everyone",
    women: "Women",
    men: "Men",
  },

  packs: {
    /** @param {string} stage @param {number} done @param {number} total */
    filling: (stage, done, total) =>
      `${stage === "indexing" ? "Adding more celebrities" : "Fetching more celebrities"}: ${done} of ${total}`,
    /** @param {number} done @param {number} total */
    done_of: (done, total) => `${done} of ${total}`,
    complete: "Everyone is here.",
  },

  /** What the first button of a failure says where the photo came from a file, as the next one will. */
  choose_another: "Choose another photo",
  pick_face: "Pick another face",
  /** What the first button of a failure says, by what it does. */
  next_steps: {
    another: "Take another photo",
    resend: "Try again",
    agree: "Read and agree again",
    "sign-in": "Sign in",
    reload: "Reload the page",
    reopen: "Try again",
  },

  /** What keeps a visitor from a match, by the code of the failure. */
  failures: {
    network_lost: {
      title: "We lost the connection",
      message: "Your device could not reach us.",
      hint: "Check your connection. We pick up where we left off.",
    },
    offline: {
      title: "You’re offline",
      message: "This page opens without a connection, but you need a connection to get a match.",
      hint: "Your matches are safe, and open again with a connection. The page continues by itself as soon as there is one.",
    },
    forbidden: {
      title: "Please sign in first",
      message: "Guests cannot start a match here at the moment.",
      hint: "With an account you can.",
    },
    page_incomplete: {
      title: "Part of the page didn’t load",
      message: "Something that this page needs could not be loaded.",
      hint: "Check your connection, then reload the page. The matches you have are safe.",
    },
    unexpected: {
      title: "Something went wrong",
      message: "This wasn’t in the script: we did not expect this error.",
      hint: "Try again. If it keeps happening, another photo may help.",
    },
  },
};

/** @typedef {typeof words} Words */

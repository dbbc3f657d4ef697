/**
 * The English words that a first visit needs, apart from those of index.html, which stand there. What is said later is
 * in en-more.js.
 */
import { formats } from "../formats.js";

const { count } = formats("en-GB");

/** @param {number} days */
const days = (days) => (days === 1 ? "a day" : count(days, { one: "day", other: "days" }));

export const words = {
  /** Texts of index.html that say how long photos are kept, by data-retention; [brackets] hold what is in an element. */
  retention: {
    /** @param {number} number */
    welcome: (number) =>
      `[Kept for ${days(number)}, then erased.] You can delete your photo at any time, and it is gone at once.`,
    /** @param {number} number */
    my_data: (number) => `[Your photos], for ${days(number)} each; then they are erased.`,
    /** @param {number} number */
    privacy: (number) =>
      `[We keep it for ${days(number)}], show it to you alone, and erase it within a few days after that. Without an account, ` +
      "only this browser knows the secret addresses of your last five results, and a sixth replaces the oldest.",
  },

  stage: {
    you: "You",
    your_double: "Your double",
    /** @param {string} name */
    portrait_of: (name) => `Portrait of ${name}`,
  },

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
    results_title: "Clear your matches?",
    results: "Your last results and their photos are deleted for good, here and on the server.",
    results_done: "Cleared: no matches are left on this device.",
    everything_title: "Delete your account and everything in it?",
    everything: "Your account, every match and every photo are deleted for good.",
  },

  out_of_reach: "That part of the page did not load. Check your connection, or reload the page.",
  poster_out_of_reach: "The poster did not load. Check your connection.",
  still_no_connection: "Still no connection.",

  opening: "Opening your photo…",

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

  /** What the first button of a failure says where the photo came from a file, as the next one will. */
  choose_another: "Choose another photo",
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
    unsupported_image: {
      title: "We can’t open that picture",
      message: "We could not read this file as a photo.",
      hint: "Use a JPEG or PNG photo. A screenshot of the photo works, too.",
    },
    heic_image: {
      title: "This browser can’t open HEIC photos",
      message: "Your phone saved this photo in a format that this browser cannot read.",
      hint: "Open this page on the phone itself, or export the photo as a JPEG first.",
    },
    image_too_small: {
      title: "That photo is too small",
      message: "It has too few pixels to tell one face from another.",
      hint: "Use the original rather than a thumbnail or a profile picture.",
    },
    image_too_large: {
      title: "That photo is too large",
      message: "It is larger than we can take.",
      hint: "Crop it to your face, or take a new one here.",
    },
    no_face: {
      title: "We can’t see a face",
      message: "We could not find a face in this photo.",
      hint: "Look straight at the camera, with your whole face in the picture and light on it.",
    },
    several_faces: {
      title: "More than one face",
      message: "There are several faces in this photo, and we cannot tell which is yours.",
      hint: "Use a photo of yourself alone.",
    },
    face_too_small: {
      title: "Your face is too far away",
      message: "It is too small in this photo to compare.",
      hint: "Ready for your close-up? Come closer, until your face fills about a third of the picture.",
    },
    face_turned_away: {
      title: "Your face is turned away",
      message: "We need to see it from the front.",
      hint: "Look straight into the lens, chin level.",
    },
    face_too_blurry: {
      title: "That photo is blurred",
      message: "Your face is too blurred to compare.",
      hint: "Wipe the lens, hold still, and let the camera focus first.",
    },
    face_too_dark: {
      title: "Your face is too dark",
      message: "There is too little light on it to compare.",
      hint: "Turn towards a window or a lamp, so that the light falls on your face.",
    },
    face_covered: {
      title: "Your face is covered",
      message: "Something covers part of your face.",
      hint: "Take off sunglasses or a mask, and brush hair out of your eyes.",
    },
    catalog_empty: {
      title: "There is no one to compare you with yet",
      message: "This line-up has no portraits at the moment.",
      hint: "They may be on their way. Try again in a few minutes.",
    },
    timed_out: {
      title: "That took too long",
      message: "Finding your match took longer than it should.",
      hint: "Most likely it is not your photo. Please try again.",
    },
    service_unavailable: {
      title: "Something on our side isn’t working",
      message: "A part of our service is not answering.",
      hint: "It isn’t you, and it isn’t your photo. Wait a moment, then try again.",
    },
    network_lost: {
      title: "We lost the connection",
      message: "Your device could not reach us.",
      hint: "Check your connection. We pick up where we left off.",
    },
    offline: {
      title: "You’re offline",
      message: "This page opens without a connection, but you need a connection to get a match.",
      hint: "The matches you have are safe. The page continues by itself as soon as you are connected again.",
    },
    upload_refused: {
      title: "Upload didn’t work",
      message: "Your photo was not accepted, most likely because the permission to send it ran out.",
      hint: "Try again: each attempt gets a new permission.",
    },
    upload_interrupted: {
      title: "Your photo didn’t arrive",
      message: "Sending was interrupted before the photo got through.",
      hint: "Please take the photo or choose it again.",
    },
    expired: {
      title: "That match has closed",
      message: "It waited too long for its photo.",
      hint: "Start a new one. It takes a few seconds.",
    },
    not_found: {
      title: "That match is gone",
      message: "It was deleted, or its time was up.",
      hint: "Start a new one whenever you like.",
    },
    consent_required: {
      title: "Our privacy promise has changed",
      message: "We have changed what we tell you about your photo since you agreed.",
      hint: "Please read it again. Nothing has been sent.",
    },
    unknown_pack: {
      title: "That line-up is gone",
      message: "The celebrities you wanted to be compared with are not here any more.",
      hint: "Your photo is still here: try again, and we compare it with another line-up. Or go back and choose one.",
    },
    unknown_group: {
      title: "That choice is gone",
      message: "This line-up can no longer be narrowed down the way you chose.",
      hint: "Your photo is still here: try again, and we compare it with everyone.",
    },
    unknown_match: {
      title: "That earlier photo is gone",
      message: "We no longer keep the photo that you wanted to use again.",
      hint: "Take a new one. It takes a few seconds.",
    },
    too_many_requests: {
      title: "It’s very busy right now",
      message: "Too many people are asking for a match at once.",
      hint: "Wait a minute, then try again. Your photo is still here.",
    },
    busy: {
      title: "It’s full right now",
      message: "Many people are in front of you at this moment.",
      hint: "Wait a minute, then try again. Your photo is still here.",
    },
    too_many_matches: {
      title: "You’ve reached today’s limit",
      message: "One account, or the guests at one internet address, may have only so many matches in a day.",
      hint: "Come back tomorrow: counting starts again at midnight, UTC.",
    },
    sold_out: {
      title: "No more matches today",
      message: "We have found as many matches today as we can. You could say we are sold out.",
      hint: "Come back tomorrow: we start again at midnight, UTC.",
    },
    forbidden: {
      title: "Please sign in first",
      message: "Guests cannot start a match here at the moment.",
      hint: "With an account you can.",
    },
    signed_out: {
      title: "You’ve been signed out",
      message: "Your sign-in has ended since you were last here.",
      hint: "Sign in again, and everything is where you left it.",
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

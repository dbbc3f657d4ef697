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
    welcome: (number) => `[Kept for ${days(number)}, then erased.] You can delete your photo at any time, and it goes at once.`,
    /** @param {number} number */
    my_data: (number) => `[Your photos], for ${days(number)} each; then they are erased.`,
    /** @param {number} number */
    privacy: (number) =>
      `[It is shown for ${days(number)}], to you alone, and erased within a few days after. Without an account this browser ` +
      "alone knows the secret address of your match, and a new match replaces the old one.",
  },

  stage: {
    you: "You",
    your_double: "Your double",
    /** @param {string} name */
    portrait_of: (name) => `Portrait of ${name}`,
  },

  packs_legend: "Tonight’s line-up",

  account: {
    sign_in: "Sign in",
    account: "Account",
    signed_out: "Signed out.",
    /** @param {string} email */
    signed_in_as: (email) => `Signed in as ${email}.`,
    forgotten: "Forgotten: nothing of you is left here.",
  },

  deletion: {
    match_title: "Delete this match?",
    match: "Your photo and its result go at once, for good.",
    match_of_several: "Your photos and their result go at once, for good.",
    match_done: "Deleted: your photo and your match are gone.",
    everything_title: "Forget you entirely?",
    everything: "Every match, every photo and your account go at once, for good.",
  },

  out_of_reach: "That part of the page is out of reach. Check your connection, or reload the page.",
  poster_out_of_reach: "The poster room is out of reach. Check your connection.",
  still_no_connection: "Still no connection.",

  progress: {
    sending: "Sending your photo…",
    sending_aloud: "Sending your photo.",
    /** @param {number} percent */
    sending_percent: (percent) => `Sending your photo: ${Math.round(percent)}%`,
    looking: "Looking along the red carpet…",
    looking_again: "Finding your match again…",
    looking_aloud: "Looking for your match.",
    slow: "Still looking. This one takes a little longer than usual.",
    /** @param {string} name */
    ready: (name) => `Your match is ready: ${name}.`,
    trying_again: "Trying again…",
    /** @type {Record<"offline" | "network_lost" | "too_many_requests" | "busy" | "service_unavailable", string>} by what holds it up */
    stalled: {
      offline: "You are offline. We go on as soon as you are back.",
      network_lost: "The connection dropped. Trying again…",
      too_many_requests: "It’s busy tonight. Waiting our turn…",
      busy: "It’s busy tonight. Waiting our turn…",
      service_unavailable: "No answer yet. Trying again…",
    },
  },

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
      title: "That picture won’t open",
      message: "We could not read this file as a photograph.",
      hint: "Use a JPEG or PNG photo. A screenshot of the photo works, too.",
    },
    heic_image: {
      title: "This browser can’t open HEIC",
      message: "Your phone saved this photo in a format that this browser cannot read.",
      hint: "Open this page on the phone itself, or export the photo as a JPEG first.",
    },
    image_too_small: {
      title: "A little too tiny",
      message: "The photo has too few pixels to tell one face from another.",
      hint: "Send the original rather than a thumbnail or a profile picture.",
    },
    image_too_large: {
      title: "Too big for our screen",
      message: "The photo is larger than we can take.",
      hint: "Crop it to your face, or take a new one here.",
    },
    no_face: {
      title: "Nobody in the spotlight",
      message: "We could not find a face in this photo.",
      hint: "Look straight at the camera, with your whole face in the picture and light on it.",
    },
    several_faces: {
      title: "Quite an ensemble",
      message: "There are several faces in this photo, and we cannot tell which is yours.",
      hint: "Send a photo of yourself alone.",
    },
    face_too_small: {
      title: "Ready for your close-up?",
      message: "Your face is too far from the camera.",
      hint: "Come closer, until your face fills about a third of the picture.",
    },
    face_turned_away: {
      title: "This way, please",
      message: "Your face is turned away from the camera.",
      hint: "Look straight into the lens, chin level.",
    },
    face_too_blurry: {
      title: "Hold that pose",
      message: "The photo is too blurred to compare.",
      hint: "Wipe the lens, hold still, and let the camera focus first.",
    },
    face_too_dark: {
      title: "More light on the star",
      message: "Your face is too dark to compare.",
      hint: "Turn towards a window or a lamp, so that the light falls on your face.",
    },
    face_covered: {
      title: "The mask comes off",
      message: "Something covers part of your face.",
      hint: "Take off sunglasses or a mask, and brush hair out of your eyes.",
    },
    catalog_empty: {
      title: "The red carpet is empty",
      message: "There is nobody in this line-up to compare you with yet.",
      hint: "The portraits are still being hung. Try again in a few minutes.",
    },
    timed_out: {
      title: "The show ran over",
      message: "Finding your match took longer than it should.",
      hint: "Nothing is wrong with your photo. Trying again usually works.",
    },
    service_unavailable: {
      title: "Technical difficulties",
      message: "Something on our side is not answering.",
      hint: "It is not you, and not your photo. Give it a moment and try again.",
    },
    network_lost: {
      title: "We lost the connection",
      message: "Your device could not reach us.",
      hint: "Check your connection. We pick up where we left off.",
    },
    offline: {
      title: "The house is dark",
      message: "You seem to be offline. This page opens without a connection; a match needs one.",
      hint: "Your last match is safe. The show goes on by itself as soon as you are connected again.",
    },
    upload_refused: {
      title: "Stopped at the door",
      message: "The photo store did not accept the photo, most likely because the permission to send it ran out.",
      hint: "Try again: each attempt gets a new permission.",
    },
    upload_interrupted: {
      title: "Your photo didn’t make it",
      message: "Sending was interrupted before the photo arrived.",
      hint: "Please take the photo or choose it again.",
    },
    expired: {
      title: "The curtain came down",
      message: "This match waited too long for its photo and has closed.",
      hint: "Start a fresh one. It takes a few seconds.",
    },
    not_found: {
      title: "That match has gone",
      message: "It was deleted, or its time was up.",
      hint: "Start a fresh one whenever you like.",
    },
    consent_required: {
      title: "Our promise has changed",
      message: "We have changed what we tell you about your photo since you agreed.",
      hint: "Please read it again. Nothing has been sent.",
    },
    unknown_pack: {
      title: "That line-up has left town",
      message: "The celebrities you wanted to meet are not showing here any more.",
      hint: "Your photo is still here: try again, and it meets our regulars. Or go back and choose another line-up.",
    },
    unknown_group: {
      title: "Everyone, or no one",
      message: "This line-up can no longer be narrowed down the way you chose.",
      hint: "Your photo is still here: try again, and it is compared with everyone.",
    },
    unknown_match: {
      title: "That photo has left the stage",
      message: "We no longer keep the earlier photo that you wanted to use again.",
      hint: "Take a new one. It takes a few seconds.",
    },
    too_many_requests: {
      title: "A queue around the block",
      message: "Many people want their match right now.",
      hint: "Wait a minute, then try again. Your photo is still here.",
    },
    busy: {
      title: "Standing room only",
      message: "Many people are in front of you at this moment.",
      hint: "Wait a minute, then try again. Your photo is still here.",
    },
    too_many_matches: {
      title: "That was your last encore",
      message: "One account, or the guests at one address, may have only so many matches in a day.",
      hint: "Come back tomorrow: the house opens again at midnight, UTC.",
    },
    sold_out: {
      title: "Sold out for tonight",
      message: "We have found as many matches today as we can.",
      hint: "Come back tomorrow: the house opens again at midnight, UTC.",
    },
    forbidden: {
      title: "By invitation only",
      message: "Guests cannot start a match here at the moment.",
      hint: "With an account you can.",
    },
    signed_out: {
      title: "Your name, please?",
      message: "You have been signed out since you were last here.",
      hint: "Sign in again, and everything is where you left it.",
    },
    page_incomplete: {
      title: "The scenery is late",
      message: "A part of this page could not be loaded.",
      hint: "Check your connection, then reload the page. What you had is still there.",
    },
    unexpected: {
      title: "That wasn’t in the script",
      message: "Something went wrong that we did not foresee.",
      hint: "Try again. If it keeps happening, another photo may help.",
    },
  },
};

/** @typedef {typeof words} Words */

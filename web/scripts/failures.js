/**
 * The page's words for everything that can keep a visitor from a match.
 *
 * A failure is known by its code. The page says it in its own words, because they fit the screen and its button, and
 * can be translated. The server's words are shown only for a code that this page does not know yet.
 *
 * `next` is what the first button does: "another" photo, "resend" the same one (or go on waiting for it), "agree"
 * again, "sign-in", "reload" the page, or "reopen" it once the server answers.
 * @typedef {{title: string, message: string, hint: string, next: keyof typeof NEXT_STEPS}} FailureWords
 */

/** What the first button says. */
export const NEXT_STEPS = /** @type {const} */ ({
  another: "Take another photo",
  resend: "Try again",
  agree: "Read and agree again",
  "sign-in": "Sign in",
  reload: "Reload the page",
  reopen: "Try again",
});

/** @type {Record<string, FailureWords>} */
export const FAILURES = {
  unsupported_image: {
    title: "That picture won’t open",
    message: "We could not read this file as a photograph.",
    hint: "Use a JPEG or PNG photo. A screenshot of the photo works, too.",
    next: "another",
  },
  heic_image: {
    title: "This browser can’t open HEIC",
    message: "Your phone saved this photo in a format that this browser cannot read.",
    hint: "Open this page on the phone itself, or export the photo as a JPEG first.",
    next: "another",
  },
  image_too_small: {
    title: "A little too tiny",
    message: "The photo has too few pixels to tell one face from another.",
    hint: "Send the original rather than a thumbnail or a profile picture.",
    next: "another",
  },
  image_too_large: {
    title: "Too big for our screen",
    message: "The photo is larger than we can take.",
    hint: "Crop it to your face, or take a new one here.",
    next: "another",
  },
  no_face: {
    title: "Nobody in the spotlight",
    message: "We could not find a face in this photo.",
    hint: "Look straight at the camera, with your whole face in the picture and light on it.",
    next: "another",
  },
  several_faces: {
    title: "Quite an ensemble",
    message: "There are several faces in this photo, and we cannot tell which is yours.",
    hint: "Send a photo of yourself alone.",
    next: "another",
  },
  face_too_small: {
    title: "Ready for your close-up?",
    message: "Your face is too far from the camera.",
    hint: "Come closer, until your face fills about a third of the picture.",
    next: "another",
  },
  face_turned_away: {
    title: "This way, please",
    message: "Your face is turned away from the camera.",
    hint: "Look straight into the lens, chin level.",
    next: "another",
  },
  face_too_blurry: {
    title: "Hold that pose",
    message: "The photo is too blurred to compare.",
    hint: "Wipe the lens, hold still, and let the camera focus first.",
    next: "another",
  },
  face_too_dark: {
    title: "More light on the star",
    message: "Your face is too dark to compare.",
    hint: "Turn towards a window or a lamp, so that the light falls on your face.",
    next: "another",
  },
  face_covered: {
    title: "The mask comes off",
    message: "Something covers part of your face.",
    hint: "Take off sunglasses or a mask, and brush hair out of your eyes.",
    next: "another",
  },
  catalog_empty: {
    title: "The red carpet is empty",
    message: "There is nobody in this line-up to compare you with yet.",
    hint: "The portraits are still being hung. Try again in a few minutes.",
    next: "resend",
  },
  timed_out: {
    title: "The show ran over",
    message: "Finding your match took longer than it should.",
    hint: "Nothing is wrong with your photo. Trying again usually works.",
    next: "resend",
  },
  service_unavailable: {
    title: "Technical difficulties",
    message: "Something on our side is not answering.",
    hint: "It is not you, and not your photo. Give it a moment and try again.",
    next: "resend",
  },
  network_lost: {
    title: "We lost the connection",
    message: "Your device could not reach us.",
    hint: "Check your connection. We pick up where we left off.",
    next: "resend",
  },
  offline: {
    title: "The house is dark",
    message: "You seem to be offline. This page opens without a connection; a match needs one.",
    hint: "Your last match is safe. The show goes on by itself as soon as you are connected again.",
    next: "reopen",
  },
  upload_refused: {
    title: "Stopped at the door",
    message: "The photo store did not accept the photo, most likely because the permission to send it ran out.",
    hint: "Try again: each attempt gets a new permission.",
    next: "resend",
  },
  upload_interrupted: {
    title: "Your photo didn’t make it",
    message: "Sending was interrupted before the photo arrived.",
    hint: "Please take the photo or choose it again.",
    next: "another",
  },
  expired: {
    title: "The curtain came down",
    message: "This match waited too long for its photo and has closed.",
    hint: "Start a fresh one. It takes a few seconds.",
    next: "resend",
  },
  not_found: {
    title: "That match has gone",
    message: "It was deleted, or its time was up.",
    hint: "Start a fresh one whenever you like.",
    next: "another",
  },
  consent_required: {
    title: "Our promise has changed",
    message: "We have changed what we tell you about your photo since you agreed.",
    hint: "Please read it again. Nothing has been sent.",
    next: "agree",
  },
  unknown_pack: {
    title: "That line-up has left town",
    message: "The celebrities you wanted to meet are not showing here any more.",
    hint: "Your photo is still here: try again, and it meets our regulars. Or go back and choose another line-up.",
    next: "resend",
  },
  unknown_group: {
    title: "Everyone, or no one",
    message: "This line-up can no longer be narrowed down the way you chose.",
    hint: "Your photo is still here: try again, and it is compared with everyone.",
    next: "resend",
  },
  unknown_match: {
    title: "That photo has left the stage",
    message: "We no longer keep the earlier photo that you wanted to use again.",
    hint: "Take a new one. It takes a few seconds.",
    next: "another",
  },
  too_many_requests: {
    title: "A queue around the block",
    message: "Many people want their match right now.",
    hint: "Wait a minute, then try again. Your photo is still here.",
    next: "resend",
  },
  busy: {
    title: "Standing room only",
    message: "Many people are in front of you at this moment.",
    hint: "Wait a minute, then try again. Your photo is still here.",
    next: "resend",
  },
  too_many_matches: {
    title: "That was your last encore",
    message: "One account, or the guests at one address, may have only so many matches in a day.",
    hint: "Come back tomorrow: the house opens again at midnight, UTC.",
    next: "resend",
  },
  sold_out: {
    title: "Sold out for tonight",
    message: "We have found as many matches today as we can.",
    hint: "Come back tomorrow: the house opens again at midnight, UTC.",
    next: "resend",
  },
  forbidden: {
    title: "By invitation only",
    message: "Guests cannot start a match here at the moment.",
    hint: "With an account you can.",
    next: "sign-in",
  },
  signed_out: {
    title: "Your name, please?",
    message: "You have been signed out since you were last here.",
    hint: "Sign in again, and everything is where you left it.",
    next: "sign-in",
  },
  page_incomplete: {
    title: "The scenery is late",
    message: "A part of this page could not be loaded.",
    hint: "Check your connection, then reload the page. What you had is still there.",
    next: "reload",
  },
  unexpected: {
    title: "That wasn’t in the script",
    message: "Something went wrong that we did not foresee.",
    hint: "Try again. If it keeps happening, another photo may help.",
    next: "resend",
  },
};

/**
 * Return the words and the next step for a failure.
 * @param {{code: string, message?: string | null, hint?: string | null}} failure with the server's words
 * @returns {FailureWords}
 */
export function failureWords({ code, message, hint }) {
  const own = Object.hasOwn(FAILURES, code) ? FAILURES[code] : undefined;
  if (own) return own;
  const unexpected = /** @type {FailureWords} */ (FAILURES.unexpected);
  return { ...unexpected, message: message || unexpected.message, hint: hint || unexpected.hint };
}

/**
 * Everything that can keep a visitor from a match: the page's words for it, and the screen that says them.
 *
 * A failure is known by its code. The page says it in its own words, because they fit the screen and its button, and
 * can be translated. The server's words are shown only for a code that this page does not know yet.
 *
 * `next` is what the first button does: "another" photo, "resend" the same one (or go on waiting for it), "agree"
 * again, "sign-in", "reload" the page, or "reopen" it once the server answers.
 * @typedef {{title: string, message: string, hint: string, next: keyof typeof words.next_steps}} FailureWords
 */
import { find, tell } from "./element.js";
import { words } from "./words.js";

/** @typedef {Omit<FailureWords, "next">} Said */
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./words.js").More} More */
/** @typedef {keyof Words["failures"] | keyof More["failures"]} Code */

/** @type {Record<Code, FailureWords["next"]>} */
const NEXT = {
  network_lost: "resend",
  offline: "reopen",
  forbidden: "sign-in",
  page_incomplete: "reload",
  unexpected: "resend",
  unsupported_image: "another",
  heic_image: "another",
  image_too_small: "another",
  image_too_large: "another",
  no_face: "another",
  several_faces: "another",
  face_too_small: "another",
  face_turned_away: "another",
  face_too_blurry: "another",
  face_too_dark: "another",
  face_covered: "another",
  catalog_empty: "resend",
  timed_out: "resend",
  service_unavailable: "resend",
  upload_refused: "resend",
  upload_interrupted: "another",
  expired: "resend",
  not_found: "another",
  consent_required: "agree",
  unknown_pack: "resend",
  unknown_group: "resend",
  unknown_match: "another",
  too_many_requests: "resend",
  busy: "resend",
  too_many_matches: "resend",
  sold_out: "resend",
  signed_out: "sign-in",
};

/** @type {Record<string, FailureWords>} those that a first visit can meet; words-more.js adds the others */
export const FAILURES = {};

/** @param {Partial<Record<Code, Said>>} said */
export function addFailures(said) {
  for (const code of /** @type {Code[]} */ (Object.keys(said))) {
    FAILURES[code] = { .../** @type {Said} */ (said[code]), next: NEXT[code] };
  }
}

addFailures(words.failures);

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

/**
 * What went wrong and what to do next. Tells "next-step" with which, "start-over" and "back-wanted".
 * @param {HTMLElement} root
 */
export function failureNotice(root) {
  const button = find(root, ".next-step", HTMLButtonElement);
  const other = find(root, ".start-over", HTMLButtonElement);
  const back = find(root, ".back", HTMLButtonElement);
  /** @type {FailureWords["next"] | "face"} */
  let next = "another";

  button.addEventListener("click", () => tell(root, "next-step", next));
  other.addEventListener("click", () => tell(root, "start-over"));
  back.addEventListener("click", () => tell(root, "back-wanted"));

  return {
    /**
     * @param {FailureWords} said
     * @param {string} code
     * @param {{hasResult: boolean, source: import("./photo.js").Photo["from"] | null, isCut: boolean}} of whether there is a
     *   result to go back to, where the photo that failed came from, and whether it is one of several faces
     */
    show(said, code, { hasResult, source, isCut }) {
      next = isCut && said.next === "another" ? "face" : said.next;
      root.dataset.code = code;
      find(root, "h1", HTMLElement).textContent = said.title;
      find(root, ".message", HTMLElement).textContent = said.message;
      find(root, ".hint", HTMLElement).textContent = said.hint;
      if (next === "face") button.textContent = words.pick_face;
      else button.textContent = next === "another" && source !== "camera" ? words.choose_another : words.next_steps[next];
      other.hidden = next === "another" || next === "reopen";
      back.hidden = !hasResult || ["sign-in", "reload", "reopen"].includes(next);
    },
  };
}

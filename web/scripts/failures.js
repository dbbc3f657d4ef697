/**
 * The page's words for everything that can keep a visitor from a match.
 *
 * A failure is known by its code. The page says it in its own words, because they fit the screen and its button, and
 * can be translated. The server's words are shown only for a code that this page does not know yet.
 *
 * `next` is what the first button does: "another" photo, "resend" the same one (or go on waiting for it), "agree"
 * again, "sign-in", "reload" the page, or "reopen" it once the server answers.
 * @typedef {{title: string, message: string, hint: string, next: keyof typeof words.next_steps}} FailureWords
 */
import { words } from "./words.js";

/** @typedef {Omit<FailureWords, "next">} Said */

/** @type {Record<string, FailureWords>} those that a first visit can meet; failures-more.js adds the others */
export const FAILURES = {};

/**
 * @template {string} Code
 * @param {Record<Code, Said>} said
 * @param {Record<Code, FailureWords["next"]>} next
 */
export function addFailures(said, next) {
  for (const code of /** @type {Code[]} */ (Object.keys(said))) FAILURES[code] = { ...said[code], next: next[code] };
}

addFailures(words.failures, {
  network_lost: "resend",
  offline: "reopen",
  forbidden: "sign-in",
  page_incomplete: "reload",
  unexpected: "resend",
});

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

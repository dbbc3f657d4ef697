/** The screen that says what went wrong and offers what to do next. */
import { find, tell } from "./element.js";
import { NEXT_STEPS } from "./failures.js";

/** @typedef {import("./failures.js").FailureWords} FailureWords */

/**
 * What went wrong and what to do next. Tells "next-step" with which, and "start-over".
 * @param {HTMLElement} root
 */
export function failureNotice(root) {
  const button = find(root, ".next-step", HTMLButtonElement);
  const other = find(root, ".start-over", HTMLButtonElement);
  /** @type {FailureWords["next"]} */
  let next = "another";

  button.addEventListener("click", () => tell(root, "next-step", next));
  other.addEventListener("click", () => tell(root, "start-over"));

  return {
    /** @param {FailureWords} words @param {string} code */
    show(words, code) {
      next = words.next;
      root.dataset.code = code;
      find(root, "h1", HTMLElement).textContent = words.title;
      find(root, ".message", HTMLElement).textContent = words.message;
      find(root, ".hint", HTMLElement).textContent = words.hint;
      button.textContent = NEXT_STEPS[next];
      other.hidden = next === "another" || next === "reopen";
    },
  };
}

/** The screen that says what went wrong and offers what to do next. */
import { find, tell } from "./element.js";
import { words } from "./words.js";

/** @typedef {import("./failures.js").FailureWords} FailureWords */

/**
 * What went wrong and what to do next. Tells "next-step" with which, "start-over" and "back-wanted".
 * @param {HTMLElement} root
 */
export function failureNotice(root) {
  const button = find(root, ".next-step", HTMLButtonElement);
  const other = find(root, ".start-over", HTMLButtonElement);
  const back = find(root, ".back", HTMLButtonElement);
  /** @type {FailureWords["next"]} */
  let next = "another";

  button.addEventListener("click", () => tell(root, "next-step", next));
  other.addEventListener("click", () => tell(root, "start-over"));
  back.addEventListener("click", () => tell(root, "back-wanted"));

  return {
    /**
     * @param {FailureWords} said
     * @param {string} code
     * @param {boolean} hasResult whether there is one to go back to
     * @param {import("./photo.js").Photo["from"] | null} source where the photo that failed came from
     */
    show(said, code, hasResult, source) {
      next = said.next;
      root.dataset.code = code;
      find(root, "h1", HTMLElement).textContent = said.title;
      find(root, ".message", HTMLElement).textContent = said.message;
      find(root, ".hint", HTMLElement).textContent = said.hint;
      button.textContent = next === "another" && source === "file" ? words.choose_another : words.next_steps[next];
      other.hidden = next === "another" || next === "reopen";
      back.hidden = !hasResult || ["sign-in", "reload", "reopen"].includes(next);
    },
  };
}

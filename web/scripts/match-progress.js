/** The screen that says how far a match has come. */
import { find, tell } from "./element.js";
import { announce } from "./status-line.js";
import { words } from "./words.js";

/** @type {Record<string, string>} */
const STALLED = words.progress.stalled;
const SLOW_MS = 8000;

/**
 * Shows how far the match has come. Tells "start-over".
 * @param {HTMLElement} root
 */
export function matchProgress(root) {
  const step = find(root, ".step", HTMLElement);
  const bar = find(root, "progress", HTMLProgressElement);
  const note = find(root, ".note", HTMLElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let slow;

  /** @param {string} text */
  function remark(text) {
    clearTimeout(slow);
    note.textContent = text;
    note.hidden = !text;
    if (text) announce(text);
  }

  find(root, ".cancel", HTMLButtonElement).addEventListener("click", () => tell(root, "start-over"));

  return {
    /** @param {number} percent */
    sending(percent) {
      step.textContent = percent ? words.progress.sending_percent(percent) : words.progress.sending;
      bar.value = percent;
      remark("");
    },
    /** @param {boolean} resumed */
    looking(resumed) {
      step.textContent = resumed ? words.progress.looking_again : words.progress.looking;
      bar.removeAttribute("value");
      remark("");
      slow = setTimeout(() => remark(words.progress.slow), SLOW_MS);
    },
    /** @param {string} code */
    stalled(code) {
      remark(STALLED[code] ?? words.progress.trying_again);
    },
    rest: () => remark(""),
  };
}

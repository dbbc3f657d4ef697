/** The screen that says how far a match has come. */
import { find, tell } from "./element.js";
import { announce } from "./status-line.js";

/** @type {Record<string, string>} */
const STALLED = {
  offline: "You are offline. We go on as soon as you are back.",
  network_lost: "The connection dropped. Trying again…",
  too_many_requests: "It’s busy tonight. Waiting our turn…",
  busy: "It’s busy tonight. Waiting our turn…",
  service_unavailable: "No answer yet. Trying again…",
};
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
      step.textContent = percent ? `Sending your photo: ${Math.round(percent)}%` : "Sending your photo…";
      bar.value = percent;
      remark("");
    },
    /** @param {boolean} resumed */
    looking(resumed) {
      step.textContent = resumed ? "Finding your match again…" : "Looking along the red carpet…";
      bar.removeAttribute("value");
      remark("");
      slow = setTimeout(() => remark("Still looking. This one takes a little longer than usual."), SLOW_MS);
    },
    /** @param {string} code */
    stalled(code) {
      remark(STALLED[code] ?? "Trying again…");
    },
    rest: () => remark(""),
  };
}

/** The line that tells a visitor what has just happened. */
import { find } from "./element.js";

const VISIBLE_MS = 6000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Tells a text to screen readers, and shows it as well if `visible`.
 * @param {string} text
 * @param {{visible?: boolean}} [options]
 */
export function announce(text, { visible = false } = {}) {
  const line = find(document, ".status-line", HTMLOutputElement);
  // The browser makes everything outside an open dialog inert: neither visible nor read out.
  const host = document.querySelector("dialog[open]") ?? document.body;
  if (line.parentElement !== host) host.append(line);
  clearTimeout(timer);
  line.textContent = text;
  line.classList.toggle("visible", visible);
  if (visible) timer = setTimeout(() => line.classList.remove("visible"), VISIBLE_MS);
}

/** Takes back what only screen readers were told, because it is no longer so. */
export function hush() {
  const line = find(document, ".status-line", HTMLOutputElement);
  if (!line.classList.contains("visible")) line.textContent = "";
}

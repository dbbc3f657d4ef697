// @ts-check
import { find } from "./element.js";

const VISIBLE_MS = 6000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Says something to those who listen, and if wanted to those who look.
 * @param {string} text
 * @param {{visible?: boolean}} [options]
 */
export function announce(text, { visible = false } = {}) {
  const line = find(document, ".status-line", HTMLOutputElement);
  // What is outside an open dialog is inert: neither seen nor heard.
  const host = document.querySelector("dialog[open]") ?? document.body;
  if (line.parentElement !== host) host.append(line);
  clearTimeout(timer);
  line.textContent = text;
  line.classList.toggle("visible", visible);
  if (visible) timer = setTimeout(() => line.classList.remove("visible"), VISIBLE_MS);
}

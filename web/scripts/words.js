/** The words of the page in the visitor's language. */
import { words as english } from "./words/en.js";

/** What the page says: words for a first visit. What is loaded later has its words from words-more.js. */
export const words = english;

/** @param {number} days how long photos are kept */
export function sayRetention(days) {
  for (const element of document.querySelectorAll("[data-retention]")) {
    if (element instanceof HTMLElement) {
      fill(element, words.retention[/** @type {keyof typeof words.retention} */ (element.dataset.retention)](days));
    }
  }
}

/**
 * Puts a text into an element. What is in [brackets] goes into the elements that are in it already, one after the other.
 * @param {HTMLElement} element
 * @param {string} text
 */
function fill(element, text) {
  const inner = [...element.children];
  const parts = text.split(/[[\]]/).map((part, place) => {
    const child = place % 2 ? inner.shift() : undefined;
    if (!child) return part;
    child.textContent = part;
    return child;
  });
  element.replaceChildren(...parts);
}

/** The words of the page in the visitor's language. */
import { Memory } from "./memory.js";
import { words as english } from "./words/en.js";

/** @typedef {import("./words/en.js").Words} Words */
/** @typedef {import("./words/en-more.js").More} More */
/** @typedef {{page: Record<string, string>, words: Words, more: More}} Language all words of one, those of index.html too */
/** @typedef {"de" | "es" | "fr"} Other */

/** @type {Record<Other, () => Promise<Language>>} the languages other than English, which index.html is in */
const OTHERS = {
  de: () => import("./words/de.js"),
  es: () => import("./words/es.js"),
  fr: () => import("./words/fr.js"),
};
/** The attributes that hold words, beside the text of an element. */
const ATTRIBUTES = ["alt", "aria-label"];

const memory = new Memory();
const wanted = wantedLanguage([memory.recall("language") ?? "", ...navigator.languages]);

/** @type {Language | null} null where it is English, or where the other language cannot be loaded */
export const other = wanted === "en" ? null : await OTHERS[wanted]().catch(() => null);
export const language = other ? wanted : "en";

/** What the page says on a first visit. What is loaded later has its words from words-more.js. */
export const words = other?.words ?? english;

/**
 * Return the first language that the page has.
 * @param {string[]} tags as in navigator.languages
 * @returns {"en" | Other}
 */
export function wantedLanguage(tags) {
  const names = tags.map((tag) => tag.toLowerCase().split("-", 1)[0] ?? "");
  return /** @type {"en" | Other} */ (names.find((name) => name === "en" || Object.hasOwn(OTHERS, name)) ?? "en");
}

/** Turns the page into the visitor's language, and lets the visitor choose another. */
export function translatePage() {
  document.documentElement.lang = language;
  if (other) sayRetention(memory.days);
  for (const element of other ? document.querySelectorAll("[data-words]") : []) {
    const text = other?.page[element.getAttribute("data-words") ?? ""];
    if (text) fill(element, text);
  }
  for (const attribute of other ? ATTRIBUTES : []) {
    for (const element of document.querySelectorAll(`[data-words-${attribute}]`)) {
      const text = other?.page[element.getAttribute(`data-words-${attribute}`) ?? ""];
      if (text) element.setAttribute(attribute, text);
    }
  }
  const choices = [...document.querySelectorAll(".languages button")].filter((one) => one instanceof HTMLButtonElement);
  /** @param {string} chosen */
  const press = (chosen) => choices.forEach((one) => one.setAttribute("aria-pressed", String(one.lang === chosen)));
  press(language);
  for (const choice of choices) {
    choice.addEventListener("click", () => {
      memory.remember("language", choice.lang);
      press(choice.lang); // at once: the new page takes longer
      requestAnimationFrame(() => setTimeout(() => location.reload())); // finds a match under way
    });
  }
}

/** @param {number} days how long photos are kept */
export function sayRetention(days) {
  for (const element of document.querySelectorAll("[data-retention]")) {
    if (element instanceof HTMLElement) {
      fill(element, words.retention[/** @type {keyof Words["retention"]} */ (element.dataset.retention)](days));
    }
  }
}

/**
 * Puts a text into an element. What is in [brackets] goes into the elements that are in it already, one after the other.
 * @param {Element} element
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

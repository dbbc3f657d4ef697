/** Where everything stands on the poster. */
import { cropToShape } from "./geometry.js";
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Attribution} Attribution */
/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./geometry.js").Size} Size */
/** @typedef {(text: string) => number} Measure the width of a text */

/** Where the stage lets a portrait sit in its arch: heads are up. */
const HEADROOM = 0.22;
const STEP = 2;
const CREDIT_LINES = 5;
const LONGEST_AUTHOR = 120;

/**
 * What the stage shows of a picture ("object-fit: cover; object-position: 50% 22%").
 * @param {Size} size
 * @param {number} shape width divided by height
 * @returns {Box} whole pixels
 */
export function cropToArch(size, shape) {
  const crop = cropToShape(size, shape);
  return { ...crop, top: Math.floor((size.height - crop.height) * HEADROOM) };
}

/**
 * Breaks a text into lines at its spaces; a word that is wider than a line breaks anywhere.
 * @param {string} text
 * @param {number} width
 * @param {Measure} measure
 * @returns {string[]}
 */
export function wrapText(text, width, measure) {
  /** @type {string[]} */
  const lines = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (measure(longer) <= width) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    line = "";
    for (const letter of measure(word) > width ? lettersOf(word) : [word]) {
      if (line && measure(line + letter) > width) {
        lines.push(line);
        line = "";
      }
      line += letter;
    }
  }
  return line ? [...lines, line] : lines;
}

/**
 * Keeps the first lines; where that leaves something out, the last one says so.
 * @param {string[]} lines
 * @param {number} most
 * @param {number} width
 * @param {Measure} measure
 * @returns {string[]}
 */
export function cutShort(lines, most, width, measure) {
  if (lines.length <= most) return lines;
  const last = lettersOf(lines[most - 1] ?? "");
  while (last.length && measure(`${last.join("")}…`) > width) last.pop();
  return [...lines.slice(0, most - 1), `${last.join("").trimEnd()}…`];
}

/**
 * Sets a name as large as it goes: on one line, else smaller on two of about the same length, and cut short
 * where even that is too little.
 * @param {string} name
 * @param {{width: number, largest: number, twoLinesFrom: number, smallest: number}} room
 * @param {(text: string, size: number) => number} measure
 * @returns {{size: number, lines: string[]}}
 */
export function fitName(name, { width, largest, twoLinesFrom, smallest }, measure) {
  for (let size = largest; size >= smallest; size -= STEP) {
    const most = size > twoLinesFrom ? 1 : 2;
    const at = (/** @type {string} */ text) => measure(text, size);
    const longest = Math.max(...name.split(/\s+/).map(at));
    if (longest > width || wrapText(name, width, at).length > most) continue;
    // The narrowest column that needs no more lines has the ones most alike.
    for (let column = longest;; column += STEP) {
      const lines = wrapText(name, column, at);
      if (lines.length <= most) return { size, lines };
    }
  }
  const atSmallest = (/** @type {string} */ text) => measure(text, smallest);
  return { size: smallest, lines: cutShort(wrapText(name, width, atSmallest), 2, width, atSmallest) };
}

/**
 * Credits a portrait as free licences ask: its author, its licence, that it was changed, and where both are found.
 * @param {Attribution | null} attribution
 * @returns {string[]} the credit, then the addresses
 */
export function creditOf(attribution) {
  const { author, license, license_url, source_url } = attribution ?? {};
  const letters = lettersOf(author || more.credits.no_author);
  const named = letters.length > LONGEST_AUTHOR ? `${letters.slice(0, LONGEST_AUTHOR).join("").trimEnd()}…` : letters.join("");
  const credit = `${more.credits.portrait}: ${[named, license, more.credits.cropped].filter(Boolean).join(", ")}`;
  const terms = /^public domain/i.test(license ?? "") ? null : license_url;
  return [credit, ...[source_url, terms].flatMap((address) => shortAddress(address) ?? [])];
}

/**
 * Sets a credit in few lines; an address is there whole or not at all.
 * @param {string[]} credit
 * @param {number} width
 * @param {Measure} measure
 * @returns {string[]}
 */
export function setCredit([credit = "", ...addresses], width, measure) {
  const lines = cutShort(wrapText(credit, width, measure), CREDIT_LINES - 2, width, measure);
  for (const address of addresses) {
    const more = wrapText(address, width, measure);
    if (lines.length + more.length <= CREDIT_LINES) lines.push(...more);
  }
  return lines;
}

/**
 * An address as it is read and typed; null if a browser cannot safely follow it.
 * @param {string | null | undefined} address
 * @returns {string | null}
 */
function shortAddress(address) {
  const url = address && URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  const short = url.href.replace(/^https?:\/\/(www\.)?|\/$/g, "");
  try {
    // A reader would take a space for the end of the address.
    return decodeURI(short).replace(/\s/g, "%20");
  } catch {
    return short;
  }
}

/** @param {string} text */
const lettersOf = (text) => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);

/** Where everything stands on the poster. */
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Attribution} Attribution */
/** @typedef {(text: string) => number} Measure the width of a text */
/** @typedef {{width: number, height: number, leading: number, largest: number, severalLinesFrom: number, wholeFrom: number}} Room */

/**
 * One shape of the poster, in pixels. The arches stand around the middle, `apart` from each other. The bill, who it is
 * and how close, is between `apron` and the foot, which has the address and the credit.
 * @typedef {object} Format
 * @property {number} width
 * @property {number} height
 * @property {{baseline: number, size: number}} title
 * @property {{width: number, height: number, top: number, apart: number}} arch
 * @property {number} apron
 * @property {{top: number, height: number}} foot
 * @property {number | null} footlights
 */

/** @satisfies {Record<string, Format>} */
export const FORMATS = {
  poster: {
    width: 1080,
    height: 1350,
    title: { baseline: 80, size: 40 },
    arch: { width: 404, height: 505, top: 130, apart: 96 },
    apron: 718,
    foot: { top: 1134, height: 180 },
    footlights: null,
  },
  /** Apps lay their own buttons over the first 200 and the last 250 pixels of a story. */
  story: {
    width: 1080,
    height: 1920,
    title: { baseline: 252, size: 54 },
    arch: { width: 404, height: 600, top: 326, apart: 96 },
    apron: 1014,
    foot: { top: 1460, height: 210 },
    footlights: 1800,
  },
};

const STEP = 2;
const CREDIT_LINES = 6;
const LONGEST_AUTHOR = 120;

/** @typedef {{parts: string[], joint: string}} Breakable a text, by the parts between which a line may end */

/** @param {string} text @returns {Breakable} */
export const byWords = (text) => ({ parts: text.split(/\s+/).filter(Boolean), joint: " " });

/** @param {string} address @returns {Breakable} */
export const byLabels = (address) => ({ parts: address.split(/(?<=\/)|(?=\.)/), joint: "" });

/** @param {string} address @returns {Breakable} */
const byFolders = (address) => ({ parts: address.split(/(?<=\/)/), joint: "" });

/**
 * Breaks a text into lines; a part that is wider than a line breaks anywhere.
 * @param {Breakable} text
 * @param {number} width
 * @param {Measure} measure
 * @returns {string[]}
 */
export function wrapText({ parts, joint }, width, measure) {
  /** @type {string[]} */
  const lines = [];
  let line = "";
  for (const part of parts) {
    const longer = line ? line + joint + part : part;
    if (measure(longer) <= width) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    line = "";
    for (const letter of measure(part) > width ? lettersOf(part) : [part]) {
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
 * Sets a text, all of it, as large as its room allows: on one line, else smaller on several of about the same length.
 * Its parts are broken only where the letters would be smaller than `wholeFrom` otherwise.
 * @param {Breakable} text
 * @param {Room} room
 * @param {(text: string, size: number) => number} measure
 * @returns {{size: number, lines: string[]}}
 */
export function fitText(text, { width, height, leading, largest, severalLinesFrom, wholeFrom }, measure) {
  for (let size = largest; size > STEP; size -= STEP) {
    const at = (/** @type {string} */ part) => measure(part, size);
    const longest = Math.max(...text.parts.map(at));
    if (longest > width && size > wholeFrom) continue;
    const lines = wrapText(text, width, at);
    if (lines.length * size * leading > height || (lines.length > 1 && size > severalLinesFrom)) continue;
    return { size, lines: longest > width ? lines : evenLines(text, longest, lines.length, at) };
  }
  return { size: STEP, lines: [text.parts.join(text.joint)] };
}

/**
 * Breaks a text into so many lines, in the narrowest column that needs no more: there they are most alike.
 * @param {Breakable} text
 * @param {number} narrowest
 * @param {number} count
 * @param {Measure} measure
 * @returns {string[]}
 */
function evenLines(text, narrowest, count, measure) {
  for (let column = narrowest;; column += STEP) {
    const lines = wrapText(text, column, measure);
    if (lines.length <= count) return lines;
  }
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
  const lines = cutShort(wrapText(byWords(credit), width, measure), CREDIT_LINES - 2, width, measure);
  for (const address of addresses) {
    const more = wrapText(byFolders(address), width, measure);
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

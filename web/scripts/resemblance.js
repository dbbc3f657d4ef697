/** The words for how closely two faces resemble each other. */
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {Pick<Celebrity, "resemblance" | "one_in">} Closeness */

const said = more.resemblance;

const ORIGINAL = 10;
/** @type {[number, string][]} the lowest resemblance of each, best first */
const WORDS = [
  [97, said.double],
  [85, said.striking],
  [60, said.strong],
  [30, said.good],
  [ORIGINAL, said.passing],
];

/**
 * Names a resemblance.
 * @param {number} resemblance 0 to 100
 * @returns {string}
 */
export function resemblanceWords(resemblance) {
  return WORDS.find(([lowest]) => resemblance >= lowest)?.[1] ?? said.distant;
}

/**
 * Names the best match's resemblance: where even that is low, the praise goes to the original.
 * @param {number} resemblance 0 to 100
 * @returns {string}
 */
export function resemblanceHeadline(resemblance) {
  return resemblance < ORIGINAL ? said.original : resemblanceWords(resemblance);
}

/**
 * The number that the result leads with: how rare pairs are that look this alike, or where the line-up is not
 * measured for that, the resemblance. `rest` says on its own what was counted.
 * @param {Closeness} closeness
 * @returns {{lead: string, rest: string}}
 */
export function numberOf({ resemblance, one_in }) {
  return one_in ? said.one_in(one_in) : said.score(Math.round(resemblance));
}

/**
 * Says what the number means.
 * @param {Closeness & Pick<Celebrity, "name">} celebrity
 * @returns {string}
 */
export function resemblanceMeaning({ resemblance, one_in, name }) {
  const meaning = one_in ? said.pairs(one_in) : said.percentile(Math.round(resemblance), name);
  return resemblance >= ORIGINAL ? meaning : said.low(name, meaning);
}

/**
 * Says what the number is made of, and what it cannot say.
 * @param {Pick<Closeness, "one_in">} closeness
 * @returns {string}
 */
export function resemblanceLimits({ one_in }) {
  return one_in ? said.limits_of_pairs(one_in) : said.limits_of_percentile;
}

/** The words for how closely two faces resemble each other. */
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {Pick<Celebrity, "resemblance" | "one_in">} Closeness */
/** @typedef {Pick<Celebrity, "resemblance" | "rank">} Ranked */

const said = more.resemblance;

const ORIGINAL = 10;
/** Where more pairs than one in so many are as alike, the number is nothing to send to friends. */
const WORTH_SHARING = 50;
/** How many bulbs a meter has. */
export const BULBS = 20;
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
 * Names a celebrity's resemblance. Where even the best match's is low, the praise goes to the original.
 * @param {Ranked} celebrity
 * @returns {string}
 */
export function resemblanceHeadline({ resemblance, rank }) {
  return isOriginal({ resemblance, rank }) ? said.original : resemblanceWords(resemblance);
}

/** @param {Ranked} celebrity */
const isOriginal = ({ resemblance, rank }) => rank === 1 && resemblance < ORIGINAL;

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
 * The number as it is passed on to others, or null where it would be no compliment: then names and faces speak.
 * @param {Closeness} closeness
 * @returns {{lead: string, rest: string} | null}
 */
export const numberToShare = (closeness) => ((closeness.one_in ?? WORTH_SHARING) < WORTH_SHARING ? null : numberOf(closeness));

/**
 * Return how many of a meter's bulbs are lit, on the page and on the poster.
 * @param {number} resemblance 0 to 100
 */
export const litBulbs = (resemblance) => Math.round((resemblance * BULBS) / 100);

/**
 * Says what the number means.
 * @param {Closeness & Pick<Celebrity, "name" | "rank">} celebrity
 * @returns {string}
 */
export function resemblanceMeaning({ resemblance, one_in, name, rank }) {
  const meaning = one_in ? said.pairs(one_in) : said.percentile(Math.round(resemblance), name);
  return isOriginal({ resemblance, rank }) ? said.low(name, meaning) : meaning;
}

/**
 * Says what the number is made of, and what it cannot say.
 * @param {Pick<Closeness, "one_in">} closeness
 * @returns {string}
 */
export function resemblanceLimits({ one_in }) {
  return one_in ? said.limits_of_pairs(one_in) : said.limits_of_percentile;
}

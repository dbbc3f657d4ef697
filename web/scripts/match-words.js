/** The words for how closely two faces resemble each other, and for what speaks for a result and against it. */
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Match} Match */
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

/** @type {Record<string, string>} what is said where something that a match was to build on has gone */
const WITHOUT = more.match.without;

/**
 * Says between whom it is close, where it is.
 * @param {Pick<Match, "certainty" | "celebrities">} match
 * @returns {string}
 */
export function closeCall({ certainty, celebrities: [first, second] }) {
  if (certainty !== "close" || !first || !second) return "";
  return more.match.close_call(first.name, second.name);
}

/**
 * Says how many photos a result is for, where there are several, how many of them agree with it, and whether another
 * person may be in one of them.
 * @param {Pick<Match, "selfies" | "agree" | "one_person" | "celebrities">} match
 * @returns {string}
 */
export function agreement({ selfies, agree, one_person, celebrities: [first] }) {
  if (selfies < 2 || !first) return "";
  const agreed = more.match.agreement(selfies, agree, first.name);
  return one_person === false ? `${agreed} ${more.match.not_one_person}` : agreed;
}

/**
 * Says among whom a face was compared, where that was not everyone.
 * @param {Pick<Match, "among">} match
 * @returns {string}
 */
export const amongWords = ({ among }) => among === "women" ? more.match.women_only : among === "men" ? more.match.men_only : "";

/**
 * Says what a result had to do without.
 * @param {string[]} codes
 * @returns {string}
 */
export const withoutWords = (codes) => codes.flatMap((code) => WITHOUT[code] ?? []).join(" ");

/** The words for what speaks for a result, and against it. */
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Match} Match */

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
 * Says how many photos a result is for, where there are several, and how many of them agree with it.
 * @param {Pick<Match, "selfies" | "agree" | "celebrities">} match
 * @returns {string}
 */
export function agreement({ selfies, agree, celebrities: [first] }) {
  return selfies < 2 || !first ? "" : more.match.agreement(selfies, agree, first.name);
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

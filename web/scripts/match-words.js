/** The words for what speaks for a result, and against it. */

/** @typedef {import("./api.js").Match} Match */

/** @type {Record<string, string>} what is said where something that a match was to build on has gone */
const WITHOUT = {
  unknown_group: "This line-up can no longer be narrowed down that way, so you were compared with everyone.",
  unknown_match: "An earlier photo is not there any more, so this result is for your newest photo alone.",
};

/**
 * Says between whom it is close, where it is.
 * @param {Pick<Match, "certainty" | "celebrities">} match
 * @returns {string}
 */
export function closeCall({ certainty, celebrities: [first, second] }) {
  if (certainty !== "close" || !first || !second) return "";
  return `A close call between ${first.name} and ${second.name}: another photo may well make them change places.`;
}

/**
 * Says how many photos a result is for, where there are several, and how many of them agree with it.
 * @param {Pick<Match, "selfies" | "agree" | "celebrities">} match
 * @returns {string}
 */
export function agreement({ selfies, agree, celebrities: [first] }) {
  if (selfies < 2 || !first) return "";
  const { name } = first;
  if (agree === null) return `This result is for ${selfies} photos together.`;
  if (agree === selfies) return `${selfies === 2 ? "Both" : `All ${selfies}`} photos say ${name}.`;
  if (agree > 1) return `${agree} of your ${selfies} photos put ${name} first on their own.`;
  if (agree === 1) return `1 of your ${selfies} photos puts ${name} first on its own.`;
  return `${
    selfies === 2 ? "Neither of your 2" : `None of your ${selfies}`
  } photos puts ${name} first on its own, but together they do.`;
}

/**
 * Says among whom a face was compared, where that was not everyone.
 * @param {Pick<Match, "among">} match
 * @returns {string}
 */
export const amongWords = ({ among }) => (among === "women" || among === "men" ? `Compared with ${among} only.` : "");

/**
 * Says what a result had to do without.
 * @param {string[]} codes
 * @returns {string}
 */
export const withoutWords = (codes) => codes.flatMap((code) => WITHOUT[code] ?? []).join(" ");

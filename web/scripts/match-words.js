/** The words for what speaks for a result, and against it. */

/** @typedef {import("./api.js").Match} Match */

/**
 * Says between whom it is close, where it is.
 * @param {Pick<Match, "certainty" | "celebrities">} match
 * @returns {string}
 */
export function closeCall({ certainty, celebrities: [first, second] }) {
  if (certainty !== "close" || !first || !second) return "";
  return `A close call between ${first.name} and ${second.name}: another photo may well make them change places.`;
}

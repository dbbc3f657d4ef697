/** The words for how closely two faces resemble each other. */

const ORIGINAL = 10;
/** @type {[number, string][]} the lowest resemblance of each, best first */
const WORDS = [
  [97, "Separated at birth"],
  [85, "A striking resemblance"],
  [60, "A strong resemblance"],
  [30, "A family resemblance"],
  [ORIGINAL, "A passing resemblance"],
];

/** The words for two pictures that most probably show one person. */
export const SAME_PERSON =
  "This is no resemblance any more: it may well be you. In that case, thank you for dropping by, and may we have an autograph?";

/**
 * Names a resemblance.
 * @param {number} resemblance 0 to 100
 * @returns {string}
 */
export function resemblanceWords(resemblance) {
  return WORDS.find(([lowest]) => resemblance >= lowest)?.[1] ?? "A distant resemblance";
}

/**
 * Names the best match's resemblance: where even that is low, the praise goes to the original.
 * @param {number} resemblance 0 to 100
 * @returns {string}
 */
export function resemblanceHeadline(resemblance) {
  return resemblance < ORIGINAL ? "One of a kind" : resemblanceWords(resemblance);
}

/**
 * Says what the number means, which is a percentile of the celebrities among themselves.
 * @param {number} resemblance 0 to 100
 * @param {string} name of the celebrity
 * @returns {string}
 */
export function resemblanceMeaning(resemblance, name) {
  const percent = Math.round(resemblance);
  if (percent >= 100) return "You two are closer than any of our celebrities is to their own nearest double.";
  const meaning = `You two are closer than ${percent}% of our celebrities are to their own nearest double.`;
  if (resemblance >= ORIGINAL) return meaning;
  const original = `Originals are hard to match: ${name} comes nearest, and nobody in our line-up has quite your face.`;
  return percent > 0 ? `${original} ${meaning}` : `${original} Even our celebrities have closer doubles than that.`;
}

/**
 * Says what the number is made of, and what it cannot say.
 * @param {number} resemblance 0 to 100
 * @returns {string}
 */
export function resemblanceLimits(resemblance) {
  const percent = Math.round(resemblance);
  return `A face recogniser compared two pictures, and ${percent} is where that puts you among our celebrities and ` +
    "their own doubles; another light or angle gives another number, and a resemblance says nothing about who somebody is.";
}

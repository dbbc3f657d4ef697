/** The words for how closely two faces resemble each other. */

/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {Pick<Celebrity, "resemblance" | "one_in">} Closeness */

const ORIGINAL = 10;
/** The API's largest `one_in`: a line-up has no pair that is as alike. */
const RAREST = 1_000_000;
/** Below this, so many pairs are as alike that no "only" is due. */
const RARE = 5;
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
 * The number that the result leads with: how rare pairs are that look this alike, or where the line-up is not
 * measured for that, the resemblance. `rest` says on its own what was counted.
 * @param {Closeness} closeness
 * @returns {{lead: string, rest: string}}
 */
export function numberOf({ resemblance, one_in }) {
  if (!one_in) return { lead: String(Math.round(resemblance)), rest: "out of 100" };
  return { lead: `1 in ${one_in >= RAREST ? "a million" : grouped(one_in)}`, rest: "pairs look this alike" };
}

/**
 * Says what the number means.
 * @param {Closeness & Pick<Celebrity, "name">} celebrity
 * @returns {string}
 */
export function resemblanceMeaning({ resemblance, one_in, name }) {
  const meaning = one_in ? pairsMeaning(one_in) : percentileMeaning(resemblance);
  if (resemblance >= ORIGINAL) return meaning;
  const original = `Originals are hard to match: ${name} comes nearest, and nobody in our line-up has quite your face.`;
  return `${original} ${meaning.replace(/^Only/, "Even so, only")}`;
}

/**
 * Says what the number is made of, and what it cannot say.
 * @param {Closeness} closeness
 * @returns {string}
 */
export function resemblanceLimits({ resemblance, one_in }) {
  const compared = one_in
    ? `We compared every portrait in our line-up with every other celebrity in it: those are the pairs, and ${
      pairsShare(one_in)
    }.` +
      " Another light or angle"
    : `A face recogniser compared two pictures, and ${
      Math.round(resemblance)
    } is where that puts you among our celebrities and ` +
      "their own doubles; another light or angle";
  return `${compared} gives another number, and a resemblance says nothing about who somebody is.`;
}

/** @param {number} oneIn */
function pairsMeaning(oneIn) {
  const pairs = "pairs of our celebrities look as alike as you two.";
  if (oneIn >= RAREST) return `Not one in a million ${pairs}`;
  if (oneIn < 2) return `Most ${pairs}`;
  return `${oneIn < RARE ? "About" : "Only"} one in ${grouped(oneIn)} ${pairs}`;
}

/** @param {number} oneIn */
function pairsShare(oneIn) {
  if (oneIn >= RAREST) return "not one in a million of them is as alike as you two";
  if (oneIn < 2) return "most of them are as alike as you two";
  return `one in ${grouped(oneIn)} of them is at least as alike as you two`;
}

/** @param {number} resemblance a percentile of the celebrities among themselves */
function percentileMeaning(resemblance) {
  const percent = Math.round(resemblance);
  if (percent >= 100) return "You two are closer than any of our celebrities is to their own nearest double.";
  if (percent <= 0) return "Even our celebrities have closer doubles than that.";
  return `You two are closer than ${percent}% of our celebrities are to their own nearest double.`;
}

/** @param {number} number */
const grouped = (number) => number.toLocaleString("en");

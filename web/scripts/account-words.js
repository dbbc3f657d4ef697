/** The page’s words for what Cognito refuses. */
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Problem} Problem */

const { refusals, too_often, switched_off, confirmed_already, unknown_refusal } = more.account;

/** @type {Record<string, string>} */
const WORDS = refusals;

/** @type {[RegExp, string][]} other causes of NotAuthorizedException, which differ in the message only */
const NOT_AUTHORIZED = [
  [/attempts exceeded/i, too_often],
  [/disabled/i, switched_off],
  [/current status is confirmed/i, confirmed_already],
];

/**
 * Return what to tell a visitor whose sign-up, sign-in or code was refused.
 * @param {Pick<Problem, "code" | "detail">} problem
 * @returns {string}
 */
export function accountWords({ code, detail }) {
  const special = code === "NotAuthorizedException" && NOT_AUTHORIZED.find(([message]) => message.test(detail ?? ""));
  if (special) return special[1];
  const known = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  return known ?? unknown_refusal;
}

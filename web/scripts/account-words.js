/** The page’s words for what Cognito refuses. */

/** @typedef {import("./api.js").Problem} Problem */

const WRONG_CODE = "That code is not the one we sent. Check it, or ask for a new one.";
const TOO_OFTEN = "That was tried too often. Wait a few minutes, then try again.";
const ELSEWHERE = "This address cannot get mail from us. Check it, or use another.";

/** @type {Record<string, string>} by Cognito's exception, or our own code */
const WORDS = {
  AliasExistsException: "There is an account with this address already. Sign in instead.",
  ChallengeNotSupported: "This account asks for a step that this page cannot do. Ask the people who run it.",
  CodeDeliveryFailureException: ELSEWHERE,
  CodeMismatchException: WRONG_CODE,
  ExpiredCodeException: "That code has run out. Ask for a new one.",
  ForbiddenException: TOO_OFTEN,
  InternalErrorException: "The box office is not answering just now. Try again in a moment.",
  InvalidParameterException: "Something in there is not right. Check the address and try again.",
  InvalidPasswordException: "That password is too easy. Use at least 10 characters.",
  LimitExceededException: TOO_OFTEN,
  NotAuthorizedException: "This address and password don’t go together.",
  PasswordHistoryPolicyViolationException: "You have used that password before. Choose another.",
  PasswordResetRequiredException: "This account needs a new password first. Ask for a code below.",
  ResourceNotFoundException: "Accounts are not set up here.",
  TooManyFailedAttemptsException: TOO_OFTEN,
  TooManyRequestsException: "It’s busy tonight. Wait a moment, then try again.",
  UserNotConfirmedException: "This address is not confirmed yet. We have sent you a new code.",
  UserNotFoundException: "This address and password don’t go together.",
  UsernameExistsException: "There is an account with this address already. Sign in instead.",
  network_lost: "We cannot be reached from your device. Check your connection and try again.",
  service_unavailable: "The box office is not answering just now. Try again in a moment.",
  signed_out: "You have been signed out. Sign in again.",
};

/** @type {[RegExp, string][]} other causes of NotAuthorizedException, which differ in the message only */
const NOT_AUTHORIZED = [
  [/attempts exceeded/i, TOO_OFTEN],
  [/disabled/i, "This account has been switched off."],
  [/current status is confirmed/i, "This address is confirmed already. Sign in."],
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
  return known ?? "That did not work, and we do not know why. Try again in a moment.";
}

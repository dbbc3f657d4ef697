import assert from "node:assert/strict";
import { test } from "node:test";
import { accountWords } from "../../web/scripts/account-words.js";

/**
 * What Cognito's API reference says each call throws. What only triggers, roles for mail and SMS, and the pool's
 * own settings bring about is left out: this pool has none of them, and who signs in could do nothing about it.
 */
const EXCEPTIONS = {
  SignUp: [
    "CodeDeliveryFailureException",
    "ForbiddenException",
    "InternalErrorException",
    "InvalidParameterException",
    "InvalidPasswordException",
    "LimitExceededException",
    "NotAuthorizedException",
    "ResourceNotFoundException",
    "TooManyRequestsException",
    "UsernameExistsException",
  ],
  ConfirmSignUp: [
    "AliasExistsException",
    "CodeMismatchException",
    "ExpiredCodeException",
    "ForbiddenException",
    "InternalErrorException",
    "InvalidParameterException",
    "LimitExceededException",
    "NotAuthorizedException",
    "ResourceNotFoundException",
    "TooManyFailedAttemptsException",
    "TooManyRequestsException",
    "UserNotFoundException",
  ],
  ResendConfirmationCode: [
    "CodeDeliveryFailureException",
    "ForbiddenException",
    "InternalErrorException",
    "InvalidParameterException",
    "LimitExceededException",
    "NotAuthorizedException",
    "ResourceNotFoundException",
    "TooManyRequestsException",
    "UserNotFoundException",
  ],
  InitiateAuth: [
    "ForbiddenException",
    "InternalErrorException",
    "InvalidParameterException",
    "NotAuthorizedException",
    "PasswordResetRequiredException",
    "ResourceNotFoundException",
    "TooManyRequestsException",
    "UserNotConfirmedException",
    "UserNotFoundException",
  ],
  ForgotPassword: [
    "CodeDeliveryFailureException",
    "ForbiddenException",
    "InternalErrorException",
    "InvalidParameterException",
    "LimitExceededException",
    "NotAuthorizedException",
    "ResourceNotFoundException",
    "TooManyRequestsException",
    "UserNotFoundException",
  ],
  ConfirmForgotPassword: [
    "CodeMismatchException",
    "ExpiredCodeException",
    "ForbiddenException",
    "InternalErrorException",
    "InvalidParameterException",
    "InvalidPasswordException",
    "LimitExceededException",
    "NotAuthorizedException",
    "PasswordHistoryPolicyViolationException",
    "ResourceNotFoundException",
    "TooManyFailedAttemptsException",
    "TooManyRequestsException",
    "UserNotConfirmedException",
    "UserNotFoundException",
  ],
};
const OURS = ["ChallengeNotSupported", "network_lost", "service_unavailable", "signed_out"];

/** @param {string} code @param {string | null} [detail] */
const words = (code, detail = null) => accountWords({ code, detail });
const UNKNOWN = words("unexpected");

for (const [action, codes] of Object.entries({ ...EXCEPTIONS, "This page": OURS })) {
  test(`${action} throws nothing that has no words`, () => {
    for (const code of codes) assert.notEqual(words(code), UNKNOWN, code);
  });
}

for (const code of ["BrandNewException", "constructor", "__proto__", ""]) {
  test(`Of ${JSON.stringify(code)}, which the page does not know, it invents no meaning`, () => {
    assert.equal(words(code), "That did not work, and we do not know why. Try again in a moment.");
  });
}

for (
  const [message, said] of /** @type {const} */ ([
    ["Incorrect username or password.", /don’t go together/],
    ["Password attempts exceeded", /too often/],
    ["User is disabled.", /switched off/],
    ["User cannot be confirmed. Current status is CONFIRMED", /confirmed already/],
    [null, /don’t go together/],
  ])
) {
  test(`Cognito’s “${message}” is told apart from what else it does not authorize`, () => {
    assert.match(words("NotAuthorizedException", message), said);
  });
}

test("Whether an address has an account is not given away", () => {
  assert.equal(words("UserNotFoundException"), words("NotAuthorizedException", "Incorrect username or password."));
});

test("Only what is not authorized is told apart by its message", () => {
  assert.equal(words("CodeMismatchException", "Password attempts exceeded"), words("CodeMismatchException"));
});

import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { Problem } from "../../web/scripts/api.js";
import { Cognito } from "../../web/scripts/cognito.js";

/** @typedef {{url: string, init: RequestInit}} Sent */

const CONFIG = {
  api_url: "/api",
  consent_version: "7",
  guests: true,
  local: false,
  cognito: { endpoint: "https://cognito.example/", region: "eu-central-1", client_id: "page" },
};
const TOKENS = { IdToken: "id", AccessToken: "access", RefreshToken: "refresh", ExpiresIn: 3600 };
const EMAIL = "ada@example.com";
const PASSWORD = "a password of hers";

afterEach(() => mock.restoreAll());

const cognito = () => new Cognito(() => Promise.resolve(CONFIG));

/**
 * Answers every request alike; gives the list of what has been asked.
 * @param {() => Response} reply
 * @returns {Sent[]}
 */
function answer(reply) {
  /** @type {Sent[]} */
  const sent = [];
  mock.method(globalThis, "fetch", async (/** @type {string} */ url, /** @type {RequestInit} */ init) => {
    sent.push({ url, init });
    return reply();
  });
  return sent;
}

/** @param {unknown} body @param {number} [status] */
const refuse = (body, status = 400) => answer(() => Response.json(body, { status }));

/** @type {[string, (cognito: Cognito) => Promise<unknown>, Record<string, unknown>][]} action, call, and what it says */
const CALLS = [
  ["SignUp", (it) => it.signUp(EMAIL, PASSWORD), {
    Username: EMAIL,
    Password: PASSWORD,
    UserAttributes: [{ Name: "email", Value: EMAIL }],
  }],
  ["ConfirmSignUp", (it) => it.confirmSignUp(EMAIL, "123456"), { Username: EMAIL, ConfirmationCode: "123456" }],
  ["ResendConfirmationCode", (it) => it.resendCode(EMAIL), { Username: EMAIL }],
  ["InitiateAuth", (it) => it.signIn(EMAIL, PASSWORD), {
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: EMAIL, PASSWORD: PASSWORD },
  }],
  ["InitiateAuth", (it) => it.refresh("refresh"), {
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: "refresh" },
  }],
  ["RevokeToken", (it) => it.revoke("refresh"), { Token: "refresh" }],
  ["ForgotPassword", (it) => it.forgotPassword(EMAIL), { Username: EMAIL }],
  ["ConfirmForgotPassword", (it) => it.resetPassword(EMAIL, "123456", PASSWORD), {
    Username: EMAIL,
    ConfirmationCode: "123456",
    Password: PASSWORD,
  }],
];

for (const [action, call, said] of CALLS) {
  test(`${[action, said.AuthFlow].filter(Boolean).join(" by ")} says what Cognito asks for`, async () => {
    const sent = answer(() => Response.json({ AuthenticationResult: TOKENS }));

    await call(cognito());

    const [{ url, init } = assert.fail("nothing was sent")] = sent;
    const headers = new Headers(init.headers);
    assert.equal(url, CONFIG.cognito.endpoint);
    assert.equal(init.method, "POST");
    assert.equal(headers.get("Content-Type"), "application/x-amz-json-1.1");
    assert.equal(headers.get("X-Amz-Target"), `AWSCognitoIdentityProviderService.${action}`);
    assert.deepEqual(JSON.parse(String(init.body)), { ClientId: CONFIG.cognito.client_id, ...said });
  });
}

test("Who signs in gets tokens", async () => {
  answer(() => Response.json({ AuthenticationResult: TOKENS }));

  assert.deepEqual(await cognito().signIn(EMAIL, PASSWORD), TOKENS);
});

test("An account that asks for another step is more than this page can do", async () => {
  answer(() => Response.json({ ChallengeName: "SOFTWARE_TOKEN_MFA", Session: "a" }));

  await assert.rejects(cognito().signIn(EMAIL, PASSWORD), { code: "ChallengeNotSupported" });
});

test("An answer without content is no problem", async () => {
  answer(() => new Response(null, { status: 200 }));

  await assert.doesNotReject(cognito().revoke("refresh"));
});

for (
  const [type, code] of /** @type {const} */ ([
    ["CodeMismatchException", "CodeMismatchException"],
    ["com.amazonaws.cognitoidentityprovider#CodeMismatchException", "CodeMismatchException"],
    [undefined, "unexpected"],
    [5, "unexpected"],
  ])
) {
  test(`A reply whose __type is ${type} is a problem called ${code}`, async () => {
    refuse({ __type: type, message: "Wrong code." });

    await assert.rejects(cognito().confirmSignUp(EMAIL, "1"), { name: "Problem", code, detail: "Wrong code." });
  });
}

test("A refusal that is no JSON is an unforeseen problem", async () => {
  answer(() => new Response("<h1>No.</h1>", { status: 403 }));

  await assert.rejects(cognito().forgotPassword(EMAIL), { code: "unexpected" });
});

for (const status of [500, 503]) {
  test(`A ${status} is a service that is not available, and may be in a moment`, async () => {
    refuse({ __type: "InternalErrorException" }, status);

    const problem = await cognito().refresh("refresh").catch((/** @type {unknown} */ error) => error);

    assert.ok(problem instanceof Problem);
    assert.equal(problem.code, "service_unavailable");
    assert.ok(problem.passing);
  });
}

test("Without an answer the network is lost", async () => {
  answer(() => {
    throw new TypeError("no network");
  });

  await assert.rejects(cognito().signIn(EMAIL, PASSWORD), { code: "network_lost" });
});

test("Without a configuration its own problem is told", async () => {
  const unconfigured = new Cognito(() => Promise.reject(new Problem("service_unavailable")));

  await assert.rejects(unconfigured.signIn(EMAIL, PASSWORD), { code: "service_unavailable" });
});

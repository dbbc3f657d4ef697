import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Account, emailOf } from "../../web/scripts/account.js";
import { Problem } from "../../web/scripts/api.js";
import { Cognito } from "../../web/scripts/cognito.js";
import { Memory } from "../../web/scripts/memory.js";
import { closePage, Page } from "./page.js";

/** @typedef {import("../../web/scripts/cognito.js").AuthenticationResult} AuthenticationResult */

const ADA = "ada@example.com";
const GRACE = "grace@example.com";
const HOUR_MS = 3_600_000;

afterEach(closePage);

/** @param {string} email @param {number} [serial] tells one token from the next @returns {string} */
const tokenOf = (email, serial = 1) => tokenWith({ email, serial });

/** @param {Record<string, unknown>} claims @returns {string} */
function tokenWith(claims) {
  const bytes = new TextEncoder().encode(JSON.stringify(claims));
  return `header.${bytes.toBase64({ alphabet: "base64url", omitPadding: true })}.signature`;
}

/** A Cognito whose tokens are valid for an hour. Renewing gives no new refresh token, as in the real one. */
class FakeCognito extends Cognito {
  /** @type {string[]} the refresh tokens that have been used */
  refreshed = [];
  /** @type {string[]} */
  revoked = [];
  /** @type {Error | null} what stands in the way */
  trouble = null;
  #serial = 0;

  constructor() {
    super(() => Promise.reject(new Error("no network in here")));
  }

  /** @override @param {string} email @returns {Promise<AuthenticationResult>} */
  async signIn(email) {
    return { ...this.#tokens(email), RefreshToken: `refresh ${email}` };
  }

  /** @override @param {string} refreshToken @returns {Promise<AuthenticationResult>} */
  async refresh(refreshToken) {
    this.refreshed.push(refreshToken);
    return this.#tokens(String(refreshToken).replace("refresh ", ""));
  }

  /** @override @param {string} refreshToken */
  async revoke(refreshToken) {
    this.revoked.push(refreshToken);
    if (this.trouble) throw this.trouble;
    return {};
  }

  /** @param {string} email @returns {AuthenticationResult} */
  #tokens(email) {
    if (this.trouble) throw this.trouble;
    return { IdToken: tokenOf(email, ++this.#serial), AccessToken: "access", ExpiresIn: 3600 };
  }
}

/** A device on which no member has signed in yet, and what its account says. */
function device() {
  const page = new Page();
  const cognito = new FakeCognito();
  const memory = new Memory();
  const account = new Account(async () => cognito, memory);
  /** @type {{elsewhere: boolean}[]} */
  const changes = [];
  account.addEventListener("changed", (event) => changes.push(/** @type {CustomEvent} */ (event).detail));
  return { page, cognito, memory, account, changes };
}

/** A device on which Ada has signed in. */
async function adasDevice() {
  const all = device();
  await all.account.signIn(ADA, "password");
  all.changes.length = 0;
  return all;
}

// Who it is

test("At first no member is signed in, and there is no token", async () => {
  const { account } = device();

  assert.equal(account.email, null);
  await assert.rejects(account.token(), { code: "signed_out" });
});

test("Who signs in is known by the address in the token, and that is told", async () => {
  const { account, changes } = device();

  await account.signIn(ADA, "password");

  assert.equal(account.email, ADA);
  assert.deepEqual(changes, [{ elsewhere: false }]);
});

test("Who has signed in is known on the next visit", async () => {
  const { cognito } = await adasDevice();

  assert.equal(new Account(async () => cognito, new Memory()).email, ADA);
});

test("After a refused sign-in no member is signed in", async () => {
  const { account, cognito, changes } = device();
  cognito.trouble = new Problem("NotAuthorizedException");

  await assert.rejects(account.signIn(ADA, "password"), { code: "NotAuthorizedException" });

  assert.equal(account.email, null);
  assert.deepEqual(changes, []);
});

for (const broken of ["{", "null", "5", "{}", ""]) {
  test(`No member is signed in where ${JSON.stringify(broken)} is remembered`, async () => {
    const { account, memory, cognito } = device();
    memory.remember("account", broken);
    cognito.trouble = new Problem("InvalidParameterException"); // to whatever is sent as a token

    assert.equal(account.email, null);
    await assert.rejects(account.token(), { code: "signed_out" });
  });
}

// Signing out

test("Who signs out is forgotten here, and that is told", async () => {
  const { account, memory, changes } = await adasDevice();

  account.signOut();

  assert.equal(account.email, null);
  assert.equal(memory.recall("account"), null);
  assert.deepEqual(changes, [{ elsewhere: false }]);
});

test("Who signs out is signed out at Cognito, too", async () => {
  const { page, account, cognito } = await adasDevice();

  account.signOut();
  await page.pass(0);

  assert.deepEqual(cognito.revoked, [`refresh ${ADA}`]);
});

test("Who signs out where Cognito cannot be reached has signed out all the same", async () => {
  const { page, account, cognito } = await adasDevice();
  cognito.trouble = new Problem("network_lost");

  account.signOut();
  await page.pass(0);

  assert.equal(account.email, null);
});

test("Where no member is signed in, signing out does nothing", () => {
  const { account, cognito, changes } = device();

  account.signOut();

  assert.deepEqual([cognito.revoked, changes], [[], []]);
});

// Tokens

test("A token that is good for a while is given as it is", async () => {
  const { page, account, cognito } = await adasDevice();
  await page.pass(0);

  assert.equal(await account.token(), tokenOf(ADA, 1));
  assert.deepEqual(cognito.refreshed, []);
});

for (
  const [age, serial] of /** @type {const} */ ([
    [HOUR_MS - 60_001, 1],
    [HOUR_MS - 60_000, 2],
    [HOUR_MS * 24, 2],
  ])
) {
  test(`A token that is valid for an hour is ${serial === 1 ? "kept" : "renewed"} after ${age} ms`, async () => {
    const { page, account } = await adasDevice();
    page.leap(age);

    assert.equal(await account.token(), tokenOf(ADA, serial));
  });
}

test("A token is renewed where that is asked for", async () => {
  const { account } = await adasDevice();

  assert.equal(await account.token({ renew: true }), tokenOf(ADA, 2));
});

test("A renewed token is kept", async () => {
  const { page, account, cognito } = await adasDevice();
  page.leap(HOUR_MS);
  await account.token();

  assert.equal(await account.token(), tokenOf(ADA, 2));
  assert.equal(cognito.refreshed.length, 1);
});

test("However many ask at once, a token is renewed once", async () => {
  const { page, account, cognito } = await adasDevice();
  page.leap(HOUR_MS);

  const tokens = await Promise.all([account.token(), account.token(), account.token({ renew: true })]);

  assert.deepEqual(tokens, Array(3).fill(tokenOf(ADA, 2)));
  assert.equal(cognito.refreshed.length, 1);
});

test("A token can be renewed again and again", async () => {
  const { page, account, cognito } = await adasDevice();

  for (const serial of [2, 3, 4]) {
    page.leap(HOUR_MS);
    assert.equal(await account.token(), tokenOf(ADA, serial));
  }

  assert.deepEqual(cognito.refreshed, Array(3).fill(`refresh ${ADA}`));
});

test("Renewing a token sends no event", async () => {
  const { account, changes } = await adasDevice();

  await account.token({ renew: true });

  assert.deepEqual(changes, []);
});

test("Whose token is not renewed any more has been signed out, and that is told", async () => {
  const { page, account, cognito, changes } = await adasDevice();
  page.leap(HOUR_MS);
  cognito.trouble = new Problem("NotAuthorizedException", { detail: "Refresh Token has been revoked" });

  await assert.rejects(account.token(), { code: "signed_out" });

  assert.equal(account.email, null);
  assert.deepEqual(changes, [{ elsewhere: false }]);
});

for (
  const [code, told] of /** @type {const} */ ([
    ["network_lost", "network_lost"],
    ["service_unavailable", "service_unavailable"],
    ["TooManyRequestsException", "service_unavailable"],
    ["ForbiddenException", "service_unavailable"],
  ])
) {
  test(`Whose token cannot be renewed because of ${code} stays signed in, and can try again`, async () => {
    const { page, account, cognito } = await adasDevice();
    page.leap(HOUR_MS);
    cognito.trouble = new Problem(code);

    await assert.rejects(account.token(), { code: told });
    cognito.trouble = null;

    assert.equal(account.email, ADA);
    assert.equal(await account.token(), tokenOf(ADA, 2));
  });
}

// Other tabs

test("Who signs out in another tab has signed out here", async () => {
  const { page, account, changes } = await adasDevice();
  new Memory().forget("account");

  page.hear("storage");

  assert.equal(account.email, null);
  assert.deepEqual(changes, [{ elsewhere: true }]);
});

test("Who signs in in another tab has signed in here", async () => {
  const { page, account, cognito, changes } = device();
  await new Account(async () => cognito, new Memory()).signIn(GRACE, "password");

  page.hear("storage");

  assert.equal(account.email, GRACE);
  assert.deepEqual(changes, [{ elsewhere: true }]);
});

test("Whose token is renewed in another tab is the same, and has the new one here", async () => {
  const { page, account, cognito, changes } = await adasDevice();
  const renewed = await new Account(async () => cognito, new Memory()).token({ renew: true });

  page.hear("storage");

  assert.deepEqual(changes, []);
  assert.equal(await account.token(), renewed);
});

test("Who had signed in before the page was opened has not changed by that", async () => {
  const { page, cognito } = await adasDevice();
  const account = new Account(async () => cognito, new Memory());
  let changes = 0;
  account.addEventListener("changed", () => changes++);

  page.hear("storage");

  assert.equal(account.email, ADA);
  assert.equal(changes, 0);
});

// Claims

for (const email of [ADA, "björk@example.is", "章子怡@example.cn", ">>>???@example.com"]) {
  test(`${email} is read from a token as it was written`, () => {
    assert.equal(emailOf(tokenOf(email)), email);
  });
}

test("A token without an address is no member’s", () => {
  assert.equal(emailOf(`header.${btoa(JSON.stringify({ sub: "1" }))}.signature`), "");
});

for (
  const [groups, curator] of /** @type {const} */ ([
    [["curators"], true],
    [["critics", "curators"], true],
    [["critics"], false],
    [[], false],
    ["curators", false],
    [undefined, false],
  ])
) {
  test(`Whose groups are ${JSON.stringify(groups)} is ${curator ? "a" : "no"} curator`, async () => {
    const { account, memory } = await adasDevice();
    const kept = JSON.parse(memory.recall("account") ?? "");
    memory.remember("account", JSON.stringify({ ...kept, idToken: tokenWith({ "cognito:groups": groups }) }));

    assert.equal(account.curator, curator);
  });
}

test("A visitor who has not signed in, or whose token cannot be read, is no curator", async () => {
  const { account, memory } = device();
  assert.equal(account.curator, false);

  memory.remember("account", JSON.stringify({ refreshToken: "r", idToken: "refused" }));

  assert.equal(account.curator, false);
});

test("Who signs out while a token is renewed stays signed out", async () => {
  const { account } = await adasDevice();
  const renewing = account.token({ renew: true });

  account.signOut();

  await assert.rejects(renewing, { code: "signed_out" });
  assert.equal(account.email, null);
});

for (const trouble of [null, new Problem("NotAuthorizedException")]) {
  test(`Who signs in while another’s token is ${trouble ? "refused" : "renewed"} stays signed in`, async () => {
    const { account, memory, cognito } = await adasDevice();
    cognito.trouble = trouble;
    const renewing = account.token({ renew: true });
    const expiresAt = Date.now() + HOUR_MS;
    const graces = { email: GRACE, idToken: tokenOf(GRACE), refreshToken: `refresh ${GRACE}`, expiresAt };
    memory.remember("account", JSON.stringify(graces)); // in another tab

    await assert.rejects(renewing, { code: "signed_out" });

    assert.equal(account.email, GRACE);
  });
}

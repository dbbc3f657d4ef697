import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { Api, Problem } from "../../web/scripts/api.js";

/** @typedef {{url: string, init: RequestInit}} Sent */
/** @typedef {Response | Error} Reply */

const CONFIG = { api_url: "https://api.example/v1/", consent_version: "7", guests: true, local: false };
const FORM = { url: "/bucket", fields: { key: "selfies/a", policy: "p" } };
const GUESTS = "/guest/matches/a%20b";
const MEMBERS = "/matches/abc";
const going = new AbortController().signal;

afterEach(() => mock.restoreAll());

/**
 * Answers requests in turn; gives the list of what has been asked.
 * @param {...Reply} replies
 * @returns {Sent[]}
 */
function answer(...replies) {
  /** @type {Sent[]} */
  const sent = [];
  mock.method(globalThis, "fetch", (/** @type {string} */ url, /** @type {RequestInit} */ init) => {
    sent.push({ url, init });
    if (init.signal?.aborted) return Promise.reject(init.signal.reason);
    const reply = replies.shift();
    return reply instanceof Response ? Promise.resolve(reply) : Promise.reject(reply ?? new Error(`asked for ${url}`));
  });
  return sent;
}

/** @param {unknown} body @param {ResponseInit} [init] */
const json = (body, init) => Response.json(body, init);
const config = () => json(CONFIG);

/** An API whose caller has no token. */
function guestsApi() {
  return new Api(() => Promise.reject(new Problem("signed_out")));
}

/**
 * The problem that a request meets.
 * @param {...Reply} replies to the request itself
 * @returns {Promise<Problem>}
 */
async function problemAfter(...replies) {
  answer(config(), ...replies);
  const error = await guestsApi().getMatch(GUESTS, going).catch((/** @type {unknown} */ thrown) => thrown);
  assert.ok(error instanceof Problem);
  return error;
}

/** An XMLHttpRequest that ends as the test says. */
class FakeRequest extends EventTarget {
  /** @type {FakeRequest | undefined} */
  static last;
  upload = { onprogress: (/** @type {{loaded: number, total: number}} */ _) => {} };
  onload = () => {};
  onerror = () => {};
  ontimeout = () => {};
  onabort = () => {};
  address = "";
  status = 0;
  responseText = "";
  /** @type {FormData | null} */
  body = null;

  /** @param {string} _method @param {URL} address */
  open(_method, address) {
    this.address = address.href;
    FakeRequest.last = this;
  }

  /** @param {FormData} body */
  send(body) {
    this.body = body;
  }

  abort() {
    this.onabort();
  }

  /** @param {number} status @param {string} [text] */
  end(status, text = "") {
    Object.assign(this, { status, responseText: text }).onload();
  }
}
Object.assign(globalThis, { XMLHttpRequest: FakeRequest, document: { baseURI: "https://page.example/" } });

/** @param {AbortSignal} [signal] @param {(percent: number) => void} [onProgress] */
function startUpload(signal = going, onProgress = () => {}) {
  FakeRequest.last = undefined;
  const done = guestsApi().upload(FORM, new Blob(["photo"]), onProgress, signal);
  const request = /** @type {FakeRequest | undefined} */ (FakeRequest.last);
  assert.ok(request);
  return { done, request };
}

// The configuration

test("The configuration is read once, however many ask", async () => {
  const sent = answer(config());
  const api = guestsApi();

  const read = await Promise.all([api.config(), api.config()]);

  assert.deepEqual(read, [CONFIG, CONFIG]);
  assert.deepEqual(sent.map(({ url }) => url), ["config.json"]);
});

test("The configuration is read again after it could not be", async () => {
  answer(new TypeError("no network"), config());
  const api = guestsApi();

  await assert.rejects(api.config(), { code: "network_lost" });

  assert.deepEqual(await api.config(), CONFIG);
});

test("The configuration is read again once it has been forgotten", async () => {
  answer(config(), json({ ...CONFIG, consent_version: "8" }));
  const api = guestsApi();
  await api.config();

  api.forgetConfig();

  assert.equal((await api.config()).consent_version, "8");
});

// Requests

test("A guest’s match is begun with the consent that is in force", async () => {
  const sent = answer(config(), json({ match_id: "abc", upload: FORM }, { status: 201 }));

  const created = await guestsApi().createMatch(false, { pack: "film-stars", among: "everyone" }, undefined, going);

  assert.deepEqual(created, { path: "/guest/matches/abc", upload: FORM });
  assert.equal(sent[1]?.url, "https://api.example/v1/guest/matches");
  assert.equal(sent[1]?.init.method, "POST");
  const { consent, pack } = JSON.parse(String(sent[1]?.init.body));
  assert.deepEqual([consent, pack], ["7", "film-stars"]);
});

test("A match that is asked for with a key can be asked for again", async () => {
  const sent = answer(config(), json({ match_id: "abc", upload: FORM }, { status: 201 }));

  await guestsApi().createMatch(false, { pack: "celebrities", among: "everyone" }, "5f0c", going);

  assert.equal(new Headers(sent[1]?.init.headers).get("Idempotency-Key"), "5f0c");
});

test("A match for another one’s photo says nothing of a photo to come, and gets no form", async () => {
  const sent = answer(config(), json({ match_id: "abc", upload: null }, { status: 201 }));

  const created = await guestsApi().createMatch(false, { pack: "celebrities", among: "men", photo_of: "5f0c" }, undefined, going);

  assert.deepEqual(created, { path: "/guest/matches/abc", upload: null });
  const body = { pack: "celebrities", among: "men", photo_of: "5f0c", consent: "7" };
  assert.deepEqual(JSON.parse(String(sent[1]?.init.body)), body);
});

test("Who is in which pack is told to anybody, a page at a time", async () => {
  const packs = [{ pack: "celebrities", title: "Celebrities", portraits: 1, progress: null }];
  const people = { celebrities: [], next_cursor: "b&c" };
  const sent = answer(config(), json({ packs }), json(people), json(people));
  const api = guestsApi();

  assert.deepEqual(await api.listPacks(), packs);
  assert.deepEqual(await api.listPeople("film stars", null), people);
  await api.listPeople("film stars", "b&c");

  const queries = sent.slice(2).map(({ url }) => Object.fromEntries(new URL(url).searchParams));
  assert.deepEqual(queries, [{ pack: "film stars", limit: "48" }, { pack: "film stars", limit: "48", cursor: "b&c" }]);
  assert.ok(sent.every(({ init }) => !new Headers(init.headers).has("Authorization")));
});

test("A guest’s request carries no token", async () => {
  const sent = answer(config(), json({}));

  await guestsApi().getMatch(GUESTS, going);

  assert.equal(new Headers(sent[1]?.init.headers).get("Authorization"), null);
});

test("A member’s request carries a token", async () => {
  const sent = answer(config(), json({}));

  await new Api(() => Promise.resolve("good")).getMatch(MEMBERS, going);

  assert.equal(new Headers(sent[1]?.init.headers).get("Authorization"), "Bearer good");
});

test("A token that is refused is renewed once", async () => {
  const sent = answer(config(), json({}, { status: 401 }), json({ match_id: "abc" }));
  const api = new Api(({ renew } = {}) => Promise.resolve(renew ? "new" : "old"));

  const match = await api.getMatch(MEMBERS, going);

  const tokens = sent.slice(1).map(({ init }) => new Headers(init.headers).get("Authorization"));
  assert.deepEqual(tokens, ["Bearer old", "Bearer new"]);
  assert.equal(match.match_id, "abc");
});

test("A token is not renewed for any other reason", async () => {
  const sent = answer(config(), json({}, { status: 503 }));

  await assert.rejects(new Api(() => Promise.resolve("any")).getMatch(MEMBERS, going), { code: "service_unavailable" });

  assert.equal(sent.length, 2);
});

test("A renewed token that is refused, too, is not renewed for ever", async () => {
  answer(config(), json({}, { status: 401 }), json({}, { status: 401 }));

  await assert.rejects(new Api(() => Promise.resolve("any")).getMatch(MEMBERS, going), { code: "signed_out" });
});

test("An answer without content is no problem", async () => {
  const sent = answer(config(), new Response(null, { status: 204 }));

  await guestsApi().deleteMatch(GUESTS);

  assert.equal(sent[1]?.init.method, "DELETE");
});

test("A match that has already gone counts as deleted", async () => {
  answer(config(), json({}, { status: 404 }));

  assert.equal(await guestsApi().deleteMatch(GUESTS), undefined);
});

test("A match that could not be deleted says so", async () => {
  answer(config(), json({}, { status: 503 }));

  await assert.rejects(guestsApi().deleteMatch(GUESTS), { code: "service_unavailable" });
});

test("A request that is called off says why, and is no problem", async () => {
  const controller = new AbortController();
  answer(config(), json({}));
  const asking = guestsApi().getMatch(GUESTS, controller.signal);

  controller.abort(new Error("another photo"));

  await assert.rejects(asking, (error) => error instanceof Error && error.message === "another photo");
});

// Problems

test("A problem is known by the server’s own code and words", async () => {
  const problem = await problemAfter(json({ code: "consent_required", detail: "Agree first." }, { status: 422 }));

  assert.equal(problem.code, "consent_required");
  assert.equal(problem.detail, "Agree first.");
});

for (
  const [status, code] of /** @type {const} */ ([
    [400, "unexpected"],
    [403, "forbidden"],
    [404, "not_found"],
    [413, "image_too_large"],
    [418, "unexpected"],
    [429, "too_many_requests"],
    [500, "service_unavailable"],
    [502, "service_unavailable"],
    [504, "service_unavailable"],
  ])
) {
  test(`A ${status} that brings no code of ours is ${code}`, async () => {
    assert.equal((await problemAfter(json({ message: "No." }, { status }))).code, code);
    assert.equal((await problemAfter(new Response("<h1>No.</h1>", { status }))).code, code);
    assert.equal((await problemAfter(json(null, { status }))).code, code);
  });
}

test("A problem says how long the server wants to be left alone", async () => {
  const problem = await problemAfter(json({}, { status: 429, headers: { "Retry-After": "7" } }));

  assert.equal(problem.retryAfterMs, 7000);
});

for (
  const [wait, code] of /** @type {const} */ ([
    [undefined, "busy"],
    ["1", "busy"],
    ["60", "busy"],
    ["61", "sold_out"],
    ["30000", "sold_out"],
  ])
) {
  test(`A server that is busy for ${wait ?? "no said number of"} seconds is ${code}`, async () => {
    /** @type {HeadersInit} */
    const headers = wait ? { "Retry-After": wait } : {};
    const problem = await problemAfter(json({ code: "busy", detail: "Later." }, { status: 429, headers }));

    assert.equal(problem.code, code);
  });
}

test("A connection that is lost is told apart from an answer that makes no sense", async () => {
  assert.equal((await problemAfter(new TypeError("no network"))).code, "network_lost");
  assert.equal((await problemAfter(new Response("<h1>Sign in to this Wi-Fi</h1>"))).code, "unexpected");
});

test("Some problems pass, and others do not", () => {
  const passing = ["network_lost", "too_many_requests", "busy", "service_unavailable"];
  const lasting = ["not_found", "too_many_matches", "sold_out", "forbidden", "consent_required", "unexpected", "no_face"];

  assert.ok(passing.every((code) => new Problem(code).passing));
  assert.ok(!lasting.some((code) => new Problem(code).passing));
});

// Uploads

test("A photo is sent after every field of its form, with an address relative to the page", async () => {
  const { done, request } = startUpload();

  request.end(204);
  await done;

  assert.equal(request.address, "https://page.example/bucket");
  assert.deepEqual([...(request.body?.keys() ?? [])], ["key", "policy", "file"]);
});

test("An upload says how far it has come", () => {
  /** @type {number[]} */
  const seen = [];
  const { request } = startUpload(going, (percent) => seen.push(percent));

  request.upload.onprogress({ loaded: 0, total: 0 });
  request.upload.onprogress({ loaded: 50, total: 200 });

  assert.deepEqual(seen, [0, 25]);
});

for (
  const [status, text, code] of /** @type {const} */ ([
    [403, "<Error><Code>AccessDenied</Code></Error>", "upload_refused"],
    [400, "<Error><Code>EntityTooLarge</Code></Error>", "image_too_large"],
    [503, "<Error><Code>SlowDown</Code></Error>", "service_unavailable"],
  ])
) {
  test(`An upload that the bucket answers with ${status} ${text} is ${code}`, async () => {
    const { done, request } = startUpload();

    request.end(status, text);

    await assert.rejects(done, { code });
  });
}

for (const event of /** @type {const} */ (["onerror", "ontimeout"])) {
  test(`An upload that ends with ${event} is a lost connection`, async () => {
    const { done, request } = startUpload();

    request[event]();

    await assert.rejects(done, { code: "network_lost" });
  });
}

test("An upload that is called off stops, and says why", async () => {
  const controller = new AbortController();
  const { done } = startUpload(controller.signal);

  controller.abort(new Error("another photo"));

  await assert.rejects(done, /another photo/);
});

test("An upload that has been called off before it began sends nothing", async () => {
  const { done, request } = startUpload(AbortSignal.abort(new Error("too late")));

  await assert.rejects(done, /too late/);
  assert.equal(request.body, null);
});

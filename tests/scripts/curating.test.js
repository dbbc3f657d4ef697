import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Api, Problem } from "../../web/scripts/api.js";
import { Curating, refusalWords, troubleWords } from "../../web/scripts/curating.js";
import { failureWords } from "../../web/scripts/failures.js";
import { closePage, Page } from "./page.js";

/** @typedef {import("../../web/scripts/curating.js").Report} Report */

const CREATED = { portrait_id: "p/1", upload: { url: "/bucket", fields: {} } };
const WANTED = { name: "章子怡", gender: "female", description: "中国女演员", author: "Somebody", license: "CC0" };
const TWIN = { name: "Ada Lovelace", image_url: "https://portraits.example/ada.jpg" };
const JPEG = new Blob(["portrait"]);
const going = new AbortController().signal;

/** @type {Page} */
let page;

beforeEach(() => (page = new Page()));
afterEach(closePage);

/** An API that answers curators in turn, with the last answer over and over. */
class CuratorsApi extends Api {
  /** @type {string[]} */
  asked = [];
  /** @type {unknown} */
  body = null;
  /** @type {Blob | null} */
  uploaded = null;
  #replies;

  /** @param {...unknown} replies */
  constructor(...replies) {
    super(() => Promise.reject(new Problem("signed_out")));
    this.#replies = replies;
  }

  /** @override @param {string} path @param {RequestInit} init @returns {Promise<unknown>} */
  async sendAsMember(path, init) {
    this.asked.push(`${init.method ?? "GET"} ${path}`);
    if (init.body) this.body = JSON.parse(String(init.body));
    const reply = this.#replies.length > 1 ? this.#replies.shift() : this.#replies[0];
    if (reply instanceof Error) throw reply;
    return reply;
  }

  /** @override @param {unknown} _form @param {Blob} photo @returns {Promise<void>} */
  async upload(_form, photo) {
    this.uploaded = photo;
  }
}

/** @param {Partial<Report>} [more] @returns {Report} */
function report(more) {
  return {
    status: "awaiting_upload",
    name: "章子怡",
    image_url: null,
    failure: null,
    same_face_as: null,
    poll_after_ms: 400,
    ...more,
  };
}

/** @param {CuratorsApi} api */
const add = (api) => page.until(new Curating(api).add("film stars", WANTED, JPEG, () => {}, going));

test("A portrait is announced, sent, and read until it has been looked at", async () => {
  const indexed = report({ status: "indexed", image_url: "https://portraits.example/1.jpg" });
  const api = new CuratorsApi(CREATED, report(), report(), indexed);

  const added = await add(api);

  assert.deepEqual(added, { portraitId: "p/1", report: indexed });
  assert.deepEqual(api.body, { content_type: "image/jpeg", ...WANTED });
  assert.equal(api.uploaded, JPEG);
  const read = "GET /packs/film%20stars/portraits/p%2F1";
  assert.deepEqual(api.asked, ["POST /packs/film%20stars/portraits", read, read, read]);
});

test("A portrait that is refused comes back with the reason", async () => {
  const failure = { code: "no_face", message: "No face here.", hint: null };

  const { report: refused } = await add(new CuratorsApi(CREATED, report({ status: "refused", failure })));

  assert.deepEqual(refused.failure, failure);
});

test("A portrait that is refused is deleted, and what cannot be is the next time", async () => {
  const refused = report({ status: "refused", failure: { code: "no_face" } });
  const api = new CuratorsApi(CREATED, refused, new Problem("network_lost"), null);
  const curating = new Curating(api);
  await page.until(curating.add("celebrities", WANTED, JPEG, () => {}, going));

  await curating.tidy();
  await curating.tidy();

  const deleted = "DELETE /packs/celebrities/portraits/p%2F1";
  assert.deepEqual(api.asked.slice(2), [deleted, deleted]);
});

test("What passes while a portrait is read is waited out", async () => {
  const busy = new Problem("too_many_requests", { retryAfterMs: 3000 });
  const api = new CuratorsApi(CREATED, busy, new Problem("network_lost"), report({ status: "indexed" }));

  assert.equal((await add(api)).report.status, "indexed");
});

test("What does not pass is not waited out for ever", async () => {
  await assert.rejects(add(new CuratorsApi(CREATED, new Problem("network_lost"))), { code: "network_lost" });
});

test("The page does not wait for ever for a portrait that is never examined", async () => {
  await assert.rejects(add(new CuratorsApi(CREATED, report())), { code: "timed_out" });
});

test("Who is no curator any more sends no picture", async () => {
  const api = new CuratorsApi(new Problem("forbidden"));

  await assert.rejects(add(api), { code: "forbidden" });

  assert.equal(api.uploaded, null);
});

test("Another person with the same face is found a little later", async () => {
  const api = new CuratorsApi(report(), report(), report({ same_face_as: TWIN }));

  assert.deepEqual(await page.until(new Curating(api).findTwin("celebrities", "1", going)), TWIN);
});

test("Where no other person has the face, the page stops asking after a while", async () => {
  const curating = new Curating(new CuratorsApi(report({ status: "indexed" })));

  assert.equal(await page.until(curating.findTwin("celebrities", "1", going)), null);
});

test("A portrait that has gone already is removed", async () => {
  const api = new CuratorsApi(new Problem("not_found"));

  await page.until(new Curating(api).remove("celebrities", "1"));

  assert.equal(api.asked[0], "DELETE /packs/celebrities/portraits/1");
});

test("A portrait is removed once the server does not know it any more", async () => {
  const indexed = report({ status: "indexed" });
  const api = new CuratorsApi(null, indexed, indexed, report());

  await page.until(new Curating(api).remove("celebrities", "1"));

  const read = "GET /packs/celebrities/portraits/1";
  assert.deepEqual(api.asked, ["DELETE /packs/celebrities/portraits/1", read, read, read]);
});

test("A portrait that cannot be removed is not", async () => {
  const curating = new Curating(new CuratorsApi(new Problem("forbidden")));

  await assert.rejects(curating.remove("celebrities", "1"), { code: "forbidden" });
});

test("A refusal speaks of the photo rather than to whom it shows", () => {
  for (const code of ["no_face", "face_too_small", "face_covered", "image_too_large"]) {
    assert.doesNotMatch(refusalWords({ code, message: "Your face …" }), /your/i);
  }
});

test("A refusal that has no words of its own has the usual ones", () => {
  assert.equal(refusalWords({ code: "toString" }), failureWords({ code: "unexpected" }).message);
});

for (
  const [problem, words] of /** @type {const} */ ([
    [new Problem("forbidden"), /not among the curators/],
    [new Problem("signed_out"), /Sign in again/],
    [new Problem("unknown_pack"), /line-up is gone/],
    [new Problem("invalid_request", { detail: "name: too long" }), /name: too long/],
    [new Problem("service_unavailable"), /not answering/],
    [new Problem("constructor"), /did not expect/],
  ])
) {
  test(`What keeps a curator from it because of ${problem.code} has words`, () => {
    assert.match(troubleWords(problem), words);
  });
}

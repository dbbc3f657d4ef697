import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Problem } from "../../web/scripts/api.js";
import { MatchSession } from "../../web/scripts/match-session.js";
import { Memory } from "../../web/scripts/memory.js";
import { FakeApi, matchOf } from "./fake-api.js";
import { closePage, Page } from "./page.js";

/** @typedef {import("../../web/scripts/account.js").Account} Account */
/** @typedef {import("../../web/scripts/api.js").Group} Group */
/** @typedef {import("../../web/scripts/match-session.js").SessionEvents} SessionEvents */
/** @typedef {import("../../web/scripts/photo.js").Photo} Photo */
/** @typedef {import("./fake-api.js").Deed} Deed */
/** @typedef {{[T in keyof SessionEvents]: {type: T} & SessionEvents[T]}[keyof SessionEvents]} Heard */

const ADA = "ada@example.com";
const GUESTS = "/guest/matches/1";
const GUESTS_NEXT = "/guest/matches/2";
const KEPT = "/guest/matches/kept";
const EARLIER = "/guest/matches/earlier";
const MEMBERS = "/matches/1";
const ATTEMPTS = 6;
const TYPES = /** @type {const} */ (["sending", "looking", "stalled", "succeeded", "failed"]);
/** @type {Photo} */
const PHOTO = { original: new Blob(["original"]), jpeg: new Blob(["photo"]), url: "blob:photo", from: "file" };

/** @type {Page} */
let page;

beforeEach(() => (page = new Page()));
afterEach(closePage);

/**
 * A visitor with the page open, and all that they see of their match.
 * @param {{email?: string | null}} [who]
 */
function visitor({ email = null } = {}) {
  const api = new FakeApi();
  const memory = new Memory();
  const account = { email };
  const packs = {
    chosen: "celebrities",
    among: /** @type {Group} */ ("everyone"),
    chooseAmong: (/** @type {Group} */ group) => void (packs.among = group),
  };
  const session = new MatchSession(api, /** @type {Account} */ (/** @type {unknown} */ (account)), memory, packs);
  /** @type {Heard[]} */
  const heard = [];
  for (const type of TYPES) {
    session.addEventListener(type, (event) => heard.push({ type, .../** @type {CustomEvent} */ (event).detail }));
  }
  return { api, memory, account, packs, session, heard };
}

/** A guest whose match has succeeded, and nothing of that in the books of the test. */
async function happyGuest() {
  const all = visitor();
  await page.until(all.session.start(PHOTO));
  all.heard.length = all.api.calls.length = 0;
  return all;
}

/** A guest whose first match has failed, and whose next one will not. */
async function refusedGuest() {
  const all = visitor();
  all.api.ending = { status: "failed", failure: { code: "no_face" } };
  await page.until(all.session.start(PHOTO));
  all.api.ending = { status: "succeeded" };
  return all;
}

/** A guest whose match is under way. */
async function waitingGuest() {
  const all = visitor();
  all.api.takesMs = 60_000;
  const done = all.session.start(PHOTO);
  await page.pass(1000);
  return { ...all, done };
}

/** @param {Heard[]} heard what came, one after another */
const course = (heard) => heard.map(({ type }) => type).filter((type, place, all) => type !== all[place - 1]);

/** @param {Heard[]} heard @returns {Heard & {type: "succeeded"}} */
function success(heard) {
  const last = heard.at(-1);
  assert.ok(last?.type === "succeeded", JSON.stringify(last));
  return last;
}

/** @param {Heard[]} heard @returns {Heard & {type: "failed"}} */
function failure(heard) {
  const last = heard.at(-1);
  assert.ok(last?.type === "failed", JSON.stringify(last));
  return last;
}

/** @param {Heard[]} heard @returns {string[]} what stood in the way */
const stalls = (heard) => heard.flatMap((one) => (one.type === "stalled" ? [one.code] : []));

// From the photo to its result

test("A photo becomes a match", async () => {
  const { api, session, heard } = visitor();

  await page.until(session.start(PHOTO));

  assert.deepEqual(course(heard), ["sending", "looking", "succeeded"]);
  assert.deepEqual(success(heard).match, matchOf(GUESTS));
  assert.equal(success(heard).fresh, true);
  assert.ok(session.shows(GUESTS));
  assert.deepEqual([api.asked("create").length, api.asked("upload").length], [1, 1]);
});

test("How much of a photo has been sent is told", async () => {
  const { session, heard } = visitor();

  await page.until(session.start(PHOTO));

  assert.deepEqual(heard.flatMap((one) => (one.type === "sending" ? [one.percent] : [])), [0, 50, 100]);
});

test("A match is first read a moment after its photo has arrived, and then as often as the server asks", async () => {
  const { api, session } = visitor();
  api.takesMs = 3000;
  api.pollAfterMs = 700;

  await page.until(session.start(PHOTO));

  const [arrived = NaN] = api.times("upload");
  assert.deepEqual(api.times("read").map((at) => at - arrived), [150, 850, 1550, 2250, 2950, 3650]);
});

test("A match that takes a second is read four times at most", async () => {
  const { api, session } = visitor();

  await page.until(session.start(PHOTO));

  assert.ok(api.times("read").length <= 4);
});

test("Every match is asked for under a key of its own", async () => {
  const { api, session } = visitor();

  await page.until(session.start(PHOTO));
  await page.until(session.start(PHOTO));

  assert.equal(api.keys.filter((key) => /^[0-9a-f-]{36}$/.test(key ?? "")).length, 2);
  assert.equal(new Set(api.keys).size, 2);
});

test("A match is asked for from the pack that is chosen", async () => {
  const { api, packs, session } = visitor();
  packs.chosen = "film-stars";

  await page.until(session.start(PHOTO));

  assert.deepEqual(api.wishes.map(({ pack }) => pack), ["film-stars"]);
});

test("A match that is asked for again is from the same pack, also after another is chosen", async () => {
  const { api, packs, session } = visitor();
  api.fail("create", "network_lost");

  const done = session.start(PHOTO);
  packs.chosen = "film-stars";
  await page.until(done);

  assert.deepEqual(api.wishes.map(({ pack }) => pack), ["celebrities", "celebrities"]);
  assert.equal(api.keys[0], api.keys[1]);
});

test("A photo whose pack has gone is sent again to the pack chosen then, under a new key", async () => {
  const { api, packs, session, heard } = visitor();
  packs.chosen = "film-stars";
  api.fail("create", "unknown_pack");
  await page.until(session.start(PHOTO));
  assert.equal(failure(heard).failure.code, "unknown_pack");

  packs.chosen = "celebrities";
  await page.until(session.retry());

  assert.deepEqual(api.wishes.map(({ pack }) => pack), ["film-stars", "celebrities"]);
  assert.notEqual(api.keys[0], api.keys[1]);
  assert.ok(success(heard).fresh);
});

test("Where the browser makes no keys, a match is asked for without one", async (t) => {
  const { api, session, heard } = visitor();
  Object.defineProperty(crypto, "randomUUID", { configurable: true, value: undefined });
  t.after(() => Reflect.deleteProperty(crypto, "randomUUID"));

  await page.until(session.start(PHOTO));

  assert.deepEqual(api.keys, [undefined]);
  assert.ok(success(heard));
});

test("A guest’s match is remembered from its beginning to its end, and then kept", async () => {
  const { memory, done } = await waitingGuest();
  const underWay = [memory.recall("match.pending"), memory.recall("match.kept")];

  await page.until(done);

  assert.deepEqual(underWay, [GUESTS, null]);
  assert.deepEqual([memory.recall("match.pending"), memory.recall("match.kept")], [null, GUESTS]);
});

test("A member’s match is the account’s to keep, not the device’s", async () => {
  const { api, memory, session, heard } = visitor({ email: ADA });

  await page.until(session.start(PHOTO));

  assert.ok(success(heard).fresh);
  assert.deepEqual([api.asked("create"), api.asked("adopt")], [["/matches"], []]);
  assert.ok(session.shows(MEMBERS));
  assert.deepEqual([memory.recall("match.pending"), memory.recall("match.kept")], [null, null]);
});

test("A match that began as a guest’s is adopted where the visitor has signed in since", async () => {
  const { api, memory, account, session, heard, done } = await waitingGuest();

  account.email = ADA;
  await page.until(done);

  assert.deepEqual(api.asked("adopt"), [GUESTS]);
  assert.equal(success(heard).fresh, true);
  assert.ok(session.shows(MEMBERS));
  assert.equal(memory.recall("match.kept"), null);
});

// Answers that are lost

test("A match whose answer was lost is asked for again, and is one match", async () => {
  const { api, session, heard } = visitor();
  api.fail("create", "network_lost", { arrives: true });

  await page.until(session.start(PHOTO));

  assert.equal(api.keys.length, 2);
  assert.equal(api.keys[0], api.keys[1]);
  assert.deepEqual(api.paths, [GUESTS]);
  assert.ok(success(heard).fresh);
});

test("A photo that arrived is not sent again, even though its answer was lost", async () => {
  const { api, session, heard } = visitor();
  api.fail("upload", "network_lost", { arrives: true });

  await page.until(session.start(PHOTO));

  assert.deepEqual(api.asked("upload"), [GUESTS]);
  assert.deepEqual(api.paths, [GUESTS]);
  assert.deepEqual(course(heard), ["sending", "stalled", "looking", "succeeded"]);
});

test("A photo that did not arrive is sent again with the same form", async () => {
  const { api, session, heard } = visitor();
  api.fail("upload", "network_lost");

  await page.until(session.start(PHOTO));

  assert.deepEqual(api.asked("upload"), [GUESTS, GUESTS]);
  assert.deepEqual(api.paths, [GUESTS]);
  assert.ok(success(heard).fresh);
});

test("A photo that goes out again begins at nothing", async () => {
  const { api, session, heard } = visitor();
  api.fail("upload", "network_lost");

  await page.until(session.start(PHOTO));

  assert.deepEqual(heard.flatMap((one) => (one.type === "sending" ? [one.percent] : [])), [0, 50, 0, 50, 100]);
});

test("A form that is refused is not used again", async () => {
  const { api, session, heard } = visitor();
  api.fail("upload", "upload_refused", { times: Infinity });

  await page.until(session.start(PHOTO));

  assert.equal(failure(heard).failure.code, "upload_refused");
  assert.deepEqual(api.asked("upload"), [GUESTS]);
});

test("After a form was refused, trying again takes a new match, and the old one goes", async () => {
  const { api, session, heard } = visitor();
  api.fail("upload", "upload_refused");
  await page.until(session.start(PHOTO));

  assert.equal(await page.until(session.retry()), true);

  assert.deepEqual(api.asked("upload"), [GUESTS, GUESTS_NEXT]);
  assert.deepEqual(api.paths, [GUESTS_NEXT]);
  assert.ok(success(heard).fresh);
});

// Waiting for better times

for (const deed of /** @type {const} */ (["create", "upload", "read"])) {
  test(`After ${ATTEMPTS} attempts to ${deed}, the network counts as lost`, async () => {
    const { api, session, heard } = visitor();
    api.fail(deed, "network_lost", { times: Infinity });

    await page.until(session.start(PHOTO));

    assert.equal(failure(heard).failure.code, "network_lost");
    assert.equal(api.asked(deed).length, ATTEMPTS);
    assert.deepEqual(stalls(heard), Array(ATTEMPTS - 1).fill("network_lost"));
  });

  test(`Where the network was lost on the way to ${deed}, trying again goes on with the one match`, async () => {
    const { api, session, heard } = visitor();
    api.fail(deed, "network_lost", { times: ATTEMPTS });
    await page.until(session.start(PHOTO));

    assert.equal(await page.until(session.retry()), true);

    assert.deepEqual(api.paths, [GUESTS]);
    assert.ok(success(heard).fresh);
  });
}

test("A photo that arrived before the network was lost is not sent again", async () => {
  const { api, session } = visitor();
  api.fail("read", "network_lost", { times: ATTEMPTS });
  await page.until(session.start(PHOTO));

  await page.until(session.retry());

  assert.deepEqual(api.asked("upload"), [GUESTS]);
});

test("A service that is not available for a moment is asked again", async () => {
  const { api, session, heard } = visitor();
  api.fail("read", "service_unavailable", { times: ATTEMPTS - 1 });

  await page.until(session.start(PHOTO));

  assert.deepEqual(stalls(heard), Array(ATTEMPTS - 1).fill("service_unavailable"));
  assert.ok(success(heard).fresh);
});

for (const code of ["too_many_requests", "busy"]) {
  test(`A server that is left alone because of ${code} is for as long as it wants`, async () => {
    const { api, session } = visitor();
    api.fail("create", new Problem(code, { retryAfterMs: 9000 }));

    await page.until(session.start(PHOTO));

    const [first = NaN, second = NaN] = api.times("create");
    assert.equal(second - first, 9000);
  });
}

for (const code of ["too_many_matches", "sold_out"]) {
  test(`Where it is ${code}, nothing is asked again today`, async () => {
    const { api, session, heard } = visitor();
    api.fail("create", new Problem(code, { retryAfterMs: 36_000_000 }));

    await page.until(session.start(PHOTO));

    assert.equal(api.times("create").length, 1);
    assert.equal(failure(heard).failure.code, code);
  });
}

test("Without a network it waits for as long as it takes, and goes on when there is one", async () => {
  const { api, session, heard } = visitor();
  page.onLine = false;
  api.fail("upload", "network_lost", { times: Infinity });
  const done = session.start(PHOTO);

  await page.pass(60_000);
  page.leap(12 * 3_600_000);
  await page.pass(60_000);
  const meanwhile = [stalls(heard), course(heard).at(-1), api.asked("upload").length];
  api.mend();
  page.goOnline();
  await page.until(done);

  assert.deepEqual(meanwhile, [["offline"], "stalled", 1]);
  assert.ok(success(heard).fresh);
});

test("A network that is lost at the last attempt is waited for", async () => {
  const { api, session, heard } = visitor();
  api.fail("read", "network_lost", { times: ATTEMPTS });
  const done = session.start(PHOTO);
  while (api.asked("read").length < ATTEMPTS - 1) await page.pass(100);
  page.onLine = false;
  await page.pass(60_000);
  page.goOnline();

  await page.until(done);

  assert.equal(stalls(heard).at(-1), "offline");
  assert.ok(success(heard).fresh);
});

test("What no waiting helps is told at once, in the server’s words", async () => {
  const { api, session, heard } = visitor();
  api.fail("create", new Problem("consent_required", { detail: "Agree first." }));

  await session.start(PHOTO);

  assert.deepEqual(failure(heard).failure, { code: "consent_required", message: "Agree first." });
  assert.deepEqual(stalls(heard), []);
});

test("An unforeseen error is shown as one, and written to the console", async () => {
  const log = mock.method(console, "error", () => {});
  const { api, session, heard } = visitor();
  const bug = new TypeError("undefined is not a match");
  api.fail("read", bug);

  await page.until(session.start(PHOTO));

  assert.equal(failure(heard).failure.code, "unexpected");
  assert.deepEqual(log.mock.calls.map((call) => call.arguments), [[bug]]);
});

// Matches that fail

test("A match that failed says why", async () => {
  const { api, session, heard } = visitor();
  const reason = { code: "no_face", message: "No face here." };
  api.ending = { status: "failed", failure: reason };

  await page.until(session.start(PHOTO));

  assert.deepEqual(failure(heard).failure, reason);
  assert.equal(failure(heard).match?.match_id, "1");
  assert.ok(!session.shows(GUESTS));
});

for (
  const [status, code] of /** @type {const} */ ([
    ["failed", "unexpected"],
    ["expired", "expired"],
  ])
) {
  test(`A match that ${status} without a reason is ${code}`, async () => {
    const { api, session, heard } = visitor();
    api.ending = { status };

    await page.until(session.start(PHOTO));

    assert.equal(failure(heard).failure.code, code);
  });
}

test("A photo whose match failed is tried again as another match, and the failed one goes", async () => {
  const { api, session, heard } = visitor();
  api.ending = { status: "failed", failure: { code: "service_unavailable" } };
  await page.until(session.start(PHOTO));
  api.ending = { status: "succeeded" };

  assert.equal(await page.until(session.retry()), true);

  assert.deepEqual(api.paths, [GUESTS_NEXT]);
  assert.ok(success(heard).fresh);
});

test("A photo whose match succeeded is tried again as another match", async () => {
  const { api, session, heard } = await happyGuest();

  assert.equal(await page.until(session.retry()), true);

  assert.deepEqual(api.paths, [GUESTS, GUESTS_NEXT]);
  assert.ok(success(heard).fresh);
});

test("A match that takes six minutes has timed out", async () => {
  const { api, session, heard } = visitor();
  api.takesMs = Infinity;

  await page.until(session.start(PHOTO));

  const [arrived = NaN] = api.times("upload");
  assert.equal(failure(heard).failure.code, "timed_out");
  assert.ok(Date.now() - arrived >= 360_000 && Date.now() - arrived < 370_000);
});

test("A match that has timed out can be waited for again", async () => {
  const { api, session, heard } = visitor();
  api.takesMs = 380_000;
  await page.until(session.start(PHOTO));

  assert.equal(await page.until(session.retry()), true);

  assert.deepEqual(api.paths, [GUESTS]);
  assert.ok(success(heard));
});

test("A photo that has been sent is not given up because the server is slow to notice", async () => {
  const { api, session, heard } = visitor();
  const done = session.start(PHOTO);
  await page.pass(0);
  api.put(GUESTS, "awaiting_upload");
  await page.pass(60_000);
  api.put(GUESTS, "succeeded");

  await page.until(done);

  assert.ok(success(heard).fresh);
});

test("Where nothing has been tried, nothing is tried again", async () => {
  const { session, heard } = visitor();

  assert.equal(await session.retry(), false);
  assert.deepEqual(heard, []);
});

// A guest keeps five results

test("A guest’s last match is the newest, and the one before stays", async () => {
  const { api, memory, session } = await happyGuest();

  await page.until(session.start(PHOTO));

  assert.deepEqual(api.paths, [GUESTS, GUESTS_NEXT]);
  assert.equal(memory.recall("match.kept"), GUESTS_NEXT);
  assert.ok(session.shows(GUESTS_NEXT));
});

test("A guest’s sixth result takes the place of the first", async () => {
  const { api, session } = visitor();

  for (let photos = 0; photos < 6; photos++) await page.until(session.start(PHOTO));

  assert.deepEqual(api.paths, [2, 3, 4, 5, 6].map((number) => `/guest/matches/${number}`));
  assert.deepEqual(session.results, [6, 5, 4, 3, 2].map((number) => `/guest/matches/${number}`));
});

test("A result of several photos is one of the five, and goes with all of them", async () => {
  const { api, session } = await guestWithTwoPhotos();
  const before = session.results;

  for (let photos = 0; photos < 5; photos++) await page.until(session.start(PHOTO));

  assert.deepEqual(before, [GUESTS_NEXT]);
  assert.deepEqual([api.paths.includes(GUESTS), api.paths.includes(GUESTS_NEXT)], [false, false]);
});

test("A photo is added to all photos of an earlier result that is shown again", async () => {
  const { api, session } = await guestWithTwoPhotos();
  await page.until(session.start(PHOTO));

  await page.until(session.show(GUESTS_NEXT));
  await page.until(session.add(PHOTO, PEOPLE));

  assert.deepEqual(api.wishes.at(-1)?.together_with, ["1", "2"]);
});

test("A guest’s result is found for thirty days", async () => {
  const { session } = await happyGuest();
  page.leap(30 * 24 * 60 * 60 * 1000 - 1);
  const before = session.results;

  page.leap(1);

  assert.deepEqual([before, session.results], [[GUESTS], []]);
});

test("A guest’s result is found as long as the server keeps photos", async () => {
  const { memory, session } = await happyGuest();
  memory.days = 90;
  page.leap(90 * 24 * 60 * 60 * 1000 - 1);
  const before = session.results;

  page.leap(1);

  assert.deepEqual([before, session.results], [[GUESTS], []]);
});

test("What a guest clears is gone from the server and from the device", async () => {
  const { api, memory, session } = await guestWithTwoPhotos();
  await page.until(session.start(PHOTO));

  await session.deleteResults();

  assert.deepEqual([api.paths, session.results], [[], []]);
  assert.deepEqual([memory.recall("match.kept"), memory.recall("match.results"), session.hasResult], [null, null, false]);
});

test("A guest’s earlier results go to the member who signs in", async () => {
  const { api, account, session } = await happyGuest();
  await page.until(session.start(PHOTO));
  account.email = ADA;

  await page.until(session.resume());

  assert.deepEqual(api.paths, ["/matches/1", "/matches/2"]);
  assert.ok(session.shows("/matches/2"));
  assert.deepEqual(session.results, []);
});

// A sample face

/** @type {Photo} */
const SAMPLE = { ...PHOTO, from: "sample" };

/** A guest with a result, who then tries a sample face. */
async function guestWithSample() {
  const all = await happyGuest();
  const [first] = matchOf(GUESTS).celebrities;
  const other = { .../** @type {import("../../web/scripts/api.js").Celebrity} */ (first), name: "Ada Lovelace", rank: 2 };
  all.api.ending = { status: "succeeded", celebrities: [{ ...other, name: "Herself", rank: 1, same_person: true }, other] };
  await page.until(all.session.start(SAMPLE));
  return all;
}

test("A sample face is shown without the person it belongs to, and is not kept", async () => {
  const { memory, session, heard } = await guestWithSample();

  const { match, sample } = success(heard);
  assert.deepEqual([match.celebrities.map(({ name, rank }) => [name, rank]), sample], [[["Ada Lovelace", 1]], true]);
  assert.deepEqual([session.results, memory.recall("match.kept"), memory.recall("match.photos")], [[GUESTS], GUESTS, GUESTS]);
});

/** @type {[string, (session: MatchSession) => unknown][]} */
const WAYS_TO_LEAVE = [
  ["another photo", (session) => session.start(PHOTO)],
  ["another match", (session) => session.show(GUESTS)],
  ["the first screen", (session) => session.cancel()],
  ["the page being closed", () => page.hear("pagehide")],
];
for (const [name, leave] of WAYS_TO_LEAVE) {
  test(`A sample face that is left for ${name} is deleted`, async () => {
    const { api, session } = await guestWithSample();
    api.ending = { status: "succeeded" };

    await page.until(Promise.resolve(leave(session)));
    await page.pass(0);

    assert.ok(api.paths.includes(GUESTS) && !api.paths.includes(GUESTS_NEXT));
  });
}

test("A sample face that is left by a reload is deleted, and the last match shown", async () => {
  const { api, packs, account, memory } = await guestWithSample();
  const next = new MatchSession(api, /** @type {Account} */ (/** @type {unknown} */ (account)), memory, packs);

  await page.until(next.resume());
  await page.pass(0);

  assert.ok(next.shows(GUESTS));
  assert.deepEqual([api.paths, memory.recall("match.samples")], [[GUESTS], null]);
});

// Two tabs of one guest

/** A tab beside another, with storage of its own beside the one they share. */
function tabBeside(/** @type {FakeApi} */ api) {
  page.tabStorage.clear();
  const { account, packs } = visitor();
  return new MatchSession(api, /** @type {Account} */ (/** @type {unknown} */ (account)), new Memory(), packs);
}

test("A photo in another tab leaves the match under way here alone", async () => {
  const { api, done } = await waitingGuest();
  const other = tabBeside(api);

  const both = Promise.all([done, other.start(PHOTO)]);
  await page.until(both);

  assert.deepEqual(api.paths, [GUESTS, GUESTS_NEXT]);
  assert.deepEqual(other.results.toSorted(), [GUESTS, GUESTS_NEXT]);
});

test("A match whose tab has been closed is found on the next visit", async () => {
  const { api } = await waitingGuest();
  const next = tabBeside(api);
  page.locks.release(GUESTS);

  assert.equal(await page.until(next.resume()), true);

  assert.ok(next.shows(GUESTS));
});

test("A match that another tab waits for is left to it", async () => {
  const { api } = await waitingGuest();
  const next = tabBeside(api);

  assert.equal(await page.until(next.resume()), false);
});

test("A guest’s match stays until another one has succeeded", async () => {
  const { api, memory, session } = await happyGuest();
  api.ending = { status: "failed", failure: { code: "no_face" } };

  await page.until(session.start(PHOTO));

  assert.deepEqual(api.asked("delete"), []);
  assert.equal(memory.recall("match.kept"), GUESTS);
});

test("A member’s new match leaves the one before alone", async () => {
  const { api, session } = visitor({ email: ADA });
  await page.until(session.start(PHOTO));

  await page.until(session.start(PHOTO));

  assert.deepEqual(api.paths, [MEMBERS, "/matches/2"]);
});

test("A match that failed goes when the next photo comes", async () => {
  const { api, session } = visitor();
  api.ending = { status: "failed", failure: { code: "no_face" } };
  await page.until(session.start(PHOTO));
  const before = api.asked("delete");
  api.hold("create");

  void session.start(PHOTO);
  await page.pass(0);

  assert.deepEqual([before, api.asked("delete")], [[], [GUESTS]]);
  assert.deepEqual(api.paths, []);
});

test("A photo takes the place of the one under way, whose match goes", async () => {
  const { api, session, heard, done } = await waitingGuest();
  api.takesMs = 1000;

  await page.until(session.start(PHOTO));
  await done;
  await page.pass(120_000);

  assert.deepEqual(api.paths, [GUESTS_NEXT]);
  assert.deepEqual(course(heard), ["sending", "looking", "sending", "looking", "succeeded"]);
});

test("A photo that took the place of another is the one that is tried again", async () => {
  const { api, session, heard } = visitor();
  api.hold("upload");
  void session.start(PHOTO);
  await page.pass(0);
  api.fail("create", "network_lost", { times: ATTEMPTS });
  await page.until(session.start(PHOTO));
  const lost = failure(heard).failure.code;

  assert.equal(await page.until(session.retry()), true);

  assert.equal(lost, "network_lost");
  assert.deepEqual(api.paths, [GUESTS_NEXT]);
  assert.ok(success(heard).fresh);
});

// What cannot be deleted just now

for (const code of ["network_lost", "too_many_requests", "service_unavailable", "signed_out"]) {
  test(`A match that could not be deleted because of ${code} is deleted later`, async () => {
    const { api, memory, session } = await refusedGuest();
    api.fail("delete", code);
    await page.until(session.start(PHOTO));
    const still = [memory.recall("match.discarded"), api.paths];

    page.goOnline();
    await page.pass(0);

    assert.deepEqual(still, [GUESTS, [GUESTS, GUESTS_NEXT]]);
    assert.deepEqual([memory.recall("match.discarded"), api.paths], [null, [GUESTS_NEXT]]);
  });
}

test("What is still to be deleted is deleted on the next visit", async () => {
  const { api, memory, session } = visitor();
  memory.remember("match.discarded", [api.put(EARLIER), api.put(KEPT)].join(" "));

  assert.equal(await session.resume(), false);
  await page.pass(0);

  assert.deepEqual(api.paths, []);
  assert.equal(memory.recall("match.discarded"), null);
});

test("However many matches cannot be deleted, none is lost sight of", async () => {
  const { api, memory, session } = await refusedGuest();
  memory.remember("match.discarded", api.put(EARLIER));
  api.fail("delete", "service_unavailable", { times: Infinity });

  await page.until(session.start(PHOTO));

  assert.equal(memory.recall("match.discarded"), `${EARLIER} ${GUESTS}`);
});

test("A match that cannot be deleted does not stand in the way of another", async () => {
  const { api, memory } = visitor();
  memory.remember("match.discarded", [api.put(EARLIER), api.put(KEPT)].join(" "));
  api.fail("delete", "service_unavailable");

  page.goOnline();
  await page.pass(0);

  assert.deepEqual(api.paths, [EARLIER]);
  assert.equal(memory.recall("match.discarded"), EARLIER);
});

for (const error of ["not_found", "forbidden", new TypeError("no such thing")]) {
  test(`A deletion that is answered by ${error} is not asked for again`, async () => {
    const { api, memory } = visitor();
    memory.remember("match.discarded", EARLIER);
    api.fail("delete", error);

    page.goOnline();
    await page.pass(0);
    page.goOnline();
    await page.pass(0);

    assert.deepEqual(api.asked("delete"), [EARLIER]);
    assert.equal(memory.recall("match.discarded"), null);
  });
}

// Finding a match again

test("Where there is no match, none is found, and none looked for", async () => {
  const { api, session, heard } = visitor();

  assert.equal(await session.resume(), false);
  assert.deepEqual([heard, api.calls], [[], []]);
});

test("A match under way is followed to its end", async () => {
  const { api, memory, session, heard } = visitor();
  memory.remember("match.pending", api.put(GUESTS, "processing"));
  const found = session.resume();
  await page.pass(2000);
  api.put(GUESTS, "succeeded");

  assert.equal(await page.until(found), true);

  assert.deepEqual(heard[0], { type: "looking", resumed: true });
  assert.deepEqual(course(heard), ["looking", "succeeded"]);
  assert.equal(success(heard).fresh, true);
  assert.deepEqual([memory.recall("match.pending"), memory.recall("match.kept")], [null, GUESTS]);
});

test("A match under way goes before the one kept", async () => {
  const { api, memory, session } = visitor();
  memory.remember("match.kept", api.put(KEPT));
  memory.remember("match.pending", api.put(GUESTS));

  await page.until(session.resume());

  assert.ok(session.shows(GUESTS));
  assert.deepEqual([api.paths, memory.recall("match.kept")], [[KEPT, GUESTS], GUESTS]);
});

test("A match under way is read at once", async () => {
  const { api, memory, session, heard } = visitor();
  memory.remember("match.pending", api.put(GUESTS));

  void session.resume();
  await page.pass(0);

  assert.ok(success(heard));
});

test("A match under way that cannot be reached can be tried again", async () => {
  const { api, memory, session, heard } = visitor();
  memory.remember("match.pending", api.put(GUESTS));
  api.fail("read", "network_lost", { times: ATTEMPTS });
  await page.until(session.resume());
  const lost = failure(heard).failure.code;

  assert.equal(await page.until(session.retry()), true);

  assert.equal(lost, "network_lost");
  assert.ok(success(heard));
});

test("A match that another tab has seen succeed is kept here, too", async () => {
  const { api, memory, session } = visitor();
  memory.remember("match.pending", api.put(GUESTS));
  memory.remember("match.kept", GUESTS);

  await page.until(session.resume());

  assert.deepEqual(api.paths, [GUESTS]);
  assert.equal(memory.recall("match.kept"), GUESTS);
});

test("A match under way that has gone is forgotten", async () => {
  const { memory, session, heard } = visitor();
  memory.remember("match.pending", GUESTS);

  assert.equal(await page.until(session.resume()), true);

  assert.equal(failure(heard).failure.code, "not_found");
  assert.equal(memory.recall("match.pending"), null);
  assert.equal(await session.retry(), false);
});

test("A photo that has not arrived ten seconds after a reload was interrupted", async () => {
  const { api, memory, session, heard } = visitor();
  memory.remember("match.pending", api.put(GUESTS, "awaiting_upload"));
  const opened = Date.now();
  const found = session.resume();

  await page.pass(10_000);
  const meanwhile = course(heard);
  await page.until(found);

  assert.deepEqual(meanwhile, ["looking"]);
  assert.equal(failure(heard).failure.code, "upload_interrupted");
  assert.ok(Date.now() - opened < 13_000);
});

test("A photo that arrives within ten seconds of a reload is followed", async () => {
  const { api, memory, session, heard } = visitor();
  memory.remember("match.pending", api.put(GUESTS, "awaiting_upload"));
  const found = session.resume();
  await page.pass(9000);
  api.put(GUESTS, "processing");
  await page.pass(60_000);
  api.put(GUESTS, "succeeded");

  await page.until(found);

  assert.ok(success(heard).fresh);
});

test("A guest’s last match is shown again, without its entrance", async () => {
  const { api, memory, session, heard } = visitor();
  memory.remember("match.kept", api.put(KEPT));

  assert.equal(await page.until(session.resume()), true);

  assert.deepEqual(heard, [
    { type: "looking", resumed: true },
    { type: "succeeded", path: KEPT, match: matchOf(KEPT), fresh: false, sample: false, without: [] },
  ]);
  assert.ok(session.shows(KEPT));
  assert.equal(memory.recall("match.kept"), KEPT);
});

for (const status of /** @type {const} */ ([null, "failed", "expired"])) {
  test(`A guest’s last match that has ${status ?? "gone"} is forgotten`, async () => {
    const { api, memory, session, heard } = visitor();
    memory.remember("match.kept", KEPT);
    if (status) api.put(KEPT, status);

    assert.equal(await page.until(session.resume()), true);

    assert.equal(failure(heard).failure.code, "not_found");
    assert.equal(memory.recall("match.kept"), null);
  });
}

test("A guest’s last match is not forgotten because it cannot be reached", async () => {
  const { api, memory, session, heard } = visitor();
  memory.remember("match.kept", api.put(KEPT));
  api.fail("read", "network_lost", { times: ATTEMPTS });
  await page.until(session.resume());
  const lost = failure(heard).failure.code;

  await page.until(session.resume());

  assert.equal(lost, "network_lost");
  assert.ok(success(heard));
});

test("A member’s newest match is shown again", async () => {
  const { api, session, heard } = visitor({ email: ADA });
  for (const number of [1, 2, 3]) api.put(`/matches/${number}`);

  assert.equal(await page.until(session.resume()), true);

  assert.ok(session.shows("/matches/3"));
  assert.equal(success(heard).fresh, false);
});

test("A member’s newest match that succeeded is found behind pages of others", async () => {
  const { api, session } = visitor({ email: ADA });
  api.put("/matches/0");
  api.put(MEMBERS);
  for (const number of [2, 3, 4, 5, 6]) api.put(`/matches/${number}`, "failed");

  assert.equal(await page.until(session.resume()), true);

  assert.ok(session.shows(MEMBERS));
});

for (const count of [0, 5]) {
  test(`A member with ${count} matches that failed, and no other, has none to show`, async () => {
    const { api, session, heard } = visitor({ email: ADA });
    for (let number = 0; number < count; number++) api.put(`/matches/${number}`, "failed");

    assert.equal(await page.until(session.resume()), false);

    assert.deepEqual(course(heard), ["looking"]);
  });
}

test("A guest’s last match goes to the member who signs in", async () => {
  const { api, memory, account, session, heard } = await happyGuest();
  account.email = ADA;

  assert.equal(await page.until(session.resume()), true);

  assert.deepEqual(api.paths, [MEMBERS]);
  assert.ok(session.shows(MEMBERS));
  assert.equal(success(heard).fresh, false);
  assert.equal(memory.recall("match.kept"), null);
});

test("A guest’s match that was adopted, and the answer lost, is found among the member’s", async () => {
  const { api, memory, account, session } = await happyGuest();
  account.email = ADA;
  api.fail("adopt", "network_lost", { arrives: true });

  assert.equal(await page.until(session.resume()), true);

  assert.ok(session.shows(MEMBERS));
  assert.equal(memory.recall("match.kept"), null);
});

test("A guest’s match that has gone before anybody could adopt it gives way to the member’s newest", async () => {
  const { api, memory, session } = visitor({ email: ADA });
  memory.remember("match.kept", KEPT);
  api.put(MEMBERS);

  assert.equal(await page.until(session.resume()), true);

  assert.ok(session.shows(MEMBERS));
  assert.equal(memory.recall("match.kept"), null);
});

test("A guest’s match that has gone, where the member has none, has gone", async () => {
  const { memory, session } = visitor({ email: ADA });
  memory.remember("match.kept", KEPT);

  assert.equal(await page.until(session.resume()), false);

  assert.equal(memory.recall("match.kept"), null);
});

test("A guest’s match that could not be adopted just now is adopted later", async () => {
  const { api, memory, account, session, heard } = await happyGuest();
  account.email = ADA;
  api.fail("adopt", "signed_out");
  await page.until(session.resume());
  const kept = [failure(heard).failure.code, memory.recall("match.kept")];

  await page.until(session.resume());

  assert.deepEqual(kept, ["signed_out", GUESTS]);
  assert.ok(session.shows(MEMBERS));
});

// Stopping

test("Who cancels while the photo is being sent hears nothing more, and nothing is left of the match", async () => {
  const { api, memory, session, heard } = visitor();
  api.hold("upload");
  const done = session.start(PHOTO);
  await page.pass(1000);

  session.cancel();
  await page.until(done);

  assert.deepEqual(course(heard), ["sending"]);
  assert.deepEqual(api.paths, []);
  assert.equal(memory.recall("match.pending"), null);
});

test("Who cancels while the match is looked for hears nothing more, and nothing is left of it", async () => {
  const { api, session, heard, done } = await waitingGuest();

  session.cancel();
  await page.until(done);
  await page.pass(120_000);

  assert.deepEqual(course(heard), ["sending", "looking"]);
  assert.deepEqual(api.paths, []);
});

test("Who has cancelled has nothing to try again", async () => {
  const { session, done } = await waitingGuest();

  session.cancel();
  await done;

  assert.equal(await session.retry(), false);
  assert.equal(await session.resume(), false);
});

test("Who cancels without a network has the match deleted later", async () => {
  const { api, session, done } = await waitingGuest();
  api.fail("delete", "network_lost");
  session.cancel();
  await page.until(done);

  page.goOnline();
  await page.pass(0);

  assert.deepEqual(api.asked("delete"), [GUESTS, GUESTS]);
  assert.deepEqual(api.paths, []);
});

test("Who leaves deletes nothing, and has nothing to try again", async () => {
  const { api, memory, session, heard, done } = await waitingGuest();
  memory.remember("match.kept", api.put(KEPT));

  session.leave();
  await page.until(done);
  await page.pass(120_000);

  assert.deepEqual(course(heard), ["sending", "looking"]);
  assert.deepEqual(api.paths, [GUESTS, KEPT]);
  assert.equal(memory.recall("match.pending"), null);
  assert.equal(await session.retry(), false);
});

test("Who leaves a match that succeeded has none on the page", async () => {
  const { api, session } = await happyGuest();

  session.leave();

  assert.ok(!session.shows(GUESTS));
  assert.deepEqual(api.paths, [GUESTS]);
});

// Showing and deleting

test("A match of the history is shown without its entrance", async () => {
  const { api, session, heard } = visitor({ email: ADA });
  const match = matchOf(api.put("/matches/7"));

  await page.until(session.show("/matches/7"));

  assert.deepEqual(heard, [{ type: "looking", resumed: true }, {
    type: "succeeded",
    path: "/matches/7",
    match,
    fresh: false,
    sample: false,
    without: [],
  }]);
  assert.ok(session.shows("/matches/7"));
});

test("A match of the history is not driven away by the one under way", async () => {
  const { api, session, heard, done } = await waitingGuest();
  api.put("/matches/7");

  await page.until(session.show("/matches/7"));
  await page.until(done);
  await page.pass(120_000);

  assert.equal(success(heard).match.match_id, "7");
});

test("A match that is deleted is gone from the server, the device and the page", async () => {
  const { api, memory, session } = await happyGuest();

  await session.delete();

  assert.deepEqual(api.paths, []);
  assert.equal(memory.recall("match.kept"), null);
  assert.ok(!session.shows(GUESTS));
  assert.equal(await session.retry(), false);
});

test("A match that could not be deleted says so, and stays", async () => {
  const { api, memory, session } = await happyGuest();
  api.fail("delete", "network_lost");

  await assert.rejects(session.delete(), { code: "network_lost" });

  assert.equal(memory.recall("match.kept"), GUESTS);
  assert.ok(session.shows(GUESTS));
});

test("Where no match is on the page, nothing is said to be deleted", async () => {
  const { api, session } = visitor();

  await assert.rejects(session.delete(), { code: "not_found" });

  assert.deepEqual(api.asked("delete"), []);
});

test("Who is forgotten leaves nothing here, as a guest or a member", async () => {
  const { api, memory, session } = visitor({ email: ADA });
  api.put(KEPT);
  memory.remember("match.kept", KEPT);

  await page.until(session.forgetMe());

  assert.deepEqual(api.asked("delete"), [KEPT]);
  assert.equal(api.asked("forget").length, 1);
  assert.equal(memory.recall("match.kept"), null);
});

test("Where forgetting fails, the match on the page is still there to be deleted", async () => {
  const { api, session } = visitor({ email: ADA });
  api.put(MEMBERS);
  await page.until(session.resume());
  api.fail("forget", "service_unavailable");
  await assert.rejects(session.forgetMe(), { code: "service_unavailable" });

  await session.delete();

  assert.deepEqual(api.paths, []);
});

test("A match that the list does not have yet is shown once it is adopted", async () => {
  const { api, memory, account, session, heard } = await happyGuest();
  account.email = ADA;
  api.listMatches = () => Promise.resolve({ matches: [], next_cursor: null });

  assert.equal(await page.until(session.resume()), true);

  assert.equal(success(heard).match.match_id, GUESTS.replace(/^.*\//, ""));
  assert.equal(memory.recall("match.kept"), null);
});

test("Trying again after the last match could not be read reads it again", async () => {
  const { api, session, heard } = visitor({ email: ADA });
  api.put(MEMBERS);
  api.fail("list", "network_lost", { times: ATTEMPTS });
  await page.until(session.resume());
  assert.equal(failure(heard).failure.code, "network_lost");

  assert.equal(await page.until(session.retry()), true);

  assert.ok(session.shows(MEMBERS));
});

for (const which of /** @type {const} */ (["match.kept", "match.pending"])) {
  test(`A match that is deleted by its path is forgotten as ${which}`, async () => {
    const { api, memory, session } = visitor();
    memory.remember(which, api.put(GUESTS));

    await session.deleteMatch(GUESTS);

    assert.deepEqual(api.paths, []);
    assert.equal(memory.recall(which), null);
  });
}

test("Deleting a match leaves every other one as it is", async () => {
  const { api, memory, session } = await happyGuest();

  await session.deleteMatch(api.put("/matches/7"));

  assert.deepEqual(api.paths, [GUESTS]);
  assert.equal(memory.recall("match.kept"), GUESTS);
  assert.ok(session.shows(GUESTS));
});

test("A match is no longer on the page once another photo is under way", async () => {
  const { api, session } = await happyGuest();
  api.hold("upload");

  void session.start(PHOTO);
  await page.pass(0);

  assert.ok(!session.shows(GUESTS));
});

test("A match is no longer on the page once the visitor starts over", async () => {
  const { session } = await happyGuest();

  session.cancel();

  assert.ok(!session.shows(GUESTS));
});

test("However often the network goes, that costs no attempt", async () => {
  const { api, session, heard } = visitor();
  page.onLine = false;
  api.fail("create", "network_lost", { times: ATTEMPTS + 1 });
  const done = session.start(PHOTO);
  for (let outage = 1; outage < ATTEMPTS; outage++) {
    await page.pass(0);
    page.goOnline();
    await page.pass(0);
    page.onLine = false;
    await page.pass(60_000);
  }
  page.goOnline();

  await page.until(done);

  assert.ok(success(heard).fresh);
});

// Several photos of one person

const PEOPLE = /** @type {const} */ ({ pack: "celebrities", among: "everyone" });

/** A guest whose result is for two photos. */
async function guestWithTwoPhotos() {
  const all = await happyGuest();
  await page.until(all.session.add(PHOTO, PEOPLE));
  all.heard.length = all.api.calls.length = 0;
  return all;
}

test("Another photo is sent together with the one before, among the same people", async () => {
  const { api, packs, session, heard } = await happyGuest();
  packs.chosen = "film-stars";

  await page.until(session.add(PHOTO, { pack: "leaders", among: "women" }));

  assert.deepEqual(api.wishes.at(-1), { pack: "leaders", among: "women", together_with: ["1"] });
  assert.deepEqual([success(heard).match.selfies, success(heard).without], [2, []]);
});

test("A guest’s earlier photos stay with their result, and a single one is a result of its own", async () => {
  const { api, memory, session } = await guestWithTwoPhotos();
  const kept = [api.paths, memory.recall("match.kept"), session.hasSeveralPhotos];

  await page.until(session.start(PHOTO));

  assert.deepEqual(kept, [[GUESTS, GUESTS_NEXT], GUESTS_NEXT, true]);
  assert.deepEqual(api.paths, [GUESTS, GUESTS_NEXT, "/guest/matches/3"]);
  assert.equal(session.hasSeveralPhotos, false);
});

test("No more photos are taken together than the server takes", async () => {
  const { api, session } = await happyGuest();
  for (let more = 0; more < 5; more++) await page.until(session.add(PHOTO, PEOPLE));

  assert.deepEqual(api.wishes.at(-1)?.together_with, ["2", "3", "4", "5"]);
});

test("After a reload another photo is added to those that the browser remembers", async () => {
  const { api, memory, account, packs } = await guestWithTwoPhotos();
  const reloaded = new MatchSession(api, /** @type {Account} */ (/** @type {unknown} */ (account)), memory, packs);
  await page.until(reloaded.resume());

  await page.until(reloaded.add(PHOTO, PEOPLE));

  assert.deepEqual(api.wishes.at(-1)?.together_with, ["1", "2"]);
});

test("A photo that is found again after a reload has been added", async () => {
  const { api, memory, session } = await happyGuest();
  memory.remember("match.pending", api.put(GUESTS_NEXT, "succeeded", { selfies: 2 }));

  await page.until(session.resume());

  assert.ok(session.hasSeveralPhotos);
  assert.deepEqual(api.paths, [GUESTS, GUESTS_NEXT]);
});

test("Where an earlier photo has gone, the new one is sent alone, which the result says", async () => {
  const { api, session, heard } = await happyGuest();
  await api.deleteMatch(GUESTS);

  await page.until(session.add(PHOTO, PEOPLE));

  assert.deepEqual(api.wishes.at(-1), PEOPLE);
  assert.deepEqual([success(heard).match.selfies, success(heard).without], [1, ["unknown_match"]]);
  assert.deepEqual(api.paths, [GUESTS_NEXT]);
});

test("What a result had to do without is also said after another try", async () => {
  const { api, session, heard } = await happyGuest();
  await api.deleteMatch(GUESTS);
  api.ending = { status: "failed", failure: { code: "timed_out" } };
  await page.until(session.add(PHOTO, PEOPLE));
  api.ending = { status: "succeeded" };

  await page.until(session.retry());

  assert.deepEqual(success(heard).without, ["unknown_match"]);
});

test("A photo that is refused can be left for the result before, which has lost nothing", async () => {
  const { api, session, heard } = await happyGuest();
  api.ending = { status: "failed", failure: { code: "no_face" } };
  await page.until(session.add(PHOTO, PEOPLE));
  assert.ok(session.hasResult);

  await page.until(session.back());
  await page.until(session.add(PHOTO, PEOPLE));

  assert.equal(heard.filter(({ type }) => type === "succeeded").length, 1);
  assert.deepEqual(api.wishes.at(-1)?.together_with, ["1"]);
  assert.deepEqual(api.paths, [GUESTS, "/guest/matches/3"]);
});

test("A photo for a pack that has gone can be tried with the chosen one", async () => {
  const { api, session, heard } = await happyGuest();
  api.fail("create", "unknown_pack");
  await page.until(session.add(PHOTO, { pack: "gone", among: "women" }));

  await page.until(session.retry());

  assert.deepEqual(api.wishes.at(-1), PEOPLE);
  assert.ok(success(heard).fresh);
});

test("A result goes with all of a guest’s photos", async () => {
  const { api, session } = await guestWithTwoPhotos();

  await session.delete();

  assert.deepEqual(api.paths, []);
  assert.equal(session.hasResult, false);
});

test("A member’s earlier photo is a match of its own, and stays", async () => {
  const { api, session } = visitor({ email: ADA });
  await page.until(session.start(PHOTO));
  await page.until(session.add(PHOTO, PEOPLE));
  const several = session.hasSeveralPhotos;

  await session.delete();

  assert.deepEqual([several, api.paths], [false, [MEMBERS]]);
});

test("A guest who signs in takes all of their photos along", async () => {
  const { api, account, session } = await guestWithTwoPhotos();
  account.email = ADA;
  await page.until(session.resume());

  await page.until(session.add(PHOTO, PEOPLE));

  assert.deepEqual(api.wishes.at(-1)?.together_with, ["1", "2"]);
  assert.deepEqual(api.paths, [MEMBERS, "/matches/2", "/matches/3"]);
});

test("Who signs out leaves no photo to be added to", async () => {
  const { session } = visitor({ email: ADA });
  await page.until(session.start(PHOTO));

  session.leave();

  assert.equal(session.hasResult, false);
});

// Among whom

test("A photo is compared among the chosen ones", async () => {
  const { api, packs, session } = visitor();
  packs.among = "women";

  await page.until(session.start(PHOTO));

  assert.deepEqual(api.wishes, [{ pack: "celebrities", among: "women" }]);
});

test("The photo of a result is compared with others without being sent again", async () => {
  const { api, session, heard } = await happyGuest();

  await page.until(session.replay({ match_id: "1", pack: "celebrities" }, "men"));

  assert.deepEqual(api.wishes.at(-1), { pack: "celebrities", among: "men", photo_of: "1" });
  assert.deepEqual(course(heard), ["looking", "succeeded"]);
  assert.deepEqual([api.asked("upload"), api.paths], [[], [GUESTS, GUESTS_NEXT]]);
});

test("A comparison with others that took too long is tried again", async () => {
  const { api, session, heard } = await happyGuest();
  api.ending = { status: "failed", failure: { code: "timed_out" } };
  await page.until(session.replay({ match_id: "1", pack: "celebrities" }, "men"));
  api.ending = { status: "succeeded" };

  assert.equal(await page.until(session.retry()), true);

  assert.deepEqual(api.wishes.at(-1), { pack: "celebrities", among: "men", photo_of: "1" });
  assert.ok(success(heard).fresh);
});

test("A photo that is not kept any more cannot be compared with others", async () => {
  const { session, heard } = await happyGuest();

  await page.until(session.replay({ match_id: "gone", pack: "celebrities" }, "men"));

  assert.equal(failure(heard).failure.code, "unknown_match");
  assert.ok(session.hasResult);
});

test("Where a pack has no such group any more it is everyone, now and from now on", async () => {
  const { api, packs, session, heard } = visitor();
  packs.among = "women";
  api.fail("create", "unknown_group");

  await page.until(session.start(PHOTO));

  assert.deepEqual(api.wishes.map(({ among }) => among), ["women", "everyone"]);
  assert.equal(new Set(api.keys).size, 2);
  assert.deepEqual([success(heard).without, packs.among], [["unknown_group"], "everyone"]);
});

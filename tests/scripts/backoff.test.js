import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { backoffMs, pause, pollMs, readRetryAfter } from "../../web/scripts/backoff.js";
import { seeded } from "./seeded.js";

/** A document that can be hidden and seen again. */
class Page extends EventTarget {
  visibilityState = "visible";
}

const page = new Page();
Object.assign(globalThis, { document: page });

/** @param {DocumentVisibilityState} state */
function turn(state) {
  page.visibilityState = state;
  page.dispatchEvent(new Event("visibilitychange"));
}

/**
 * Whether a promise has settled by now, in a time that stands still.
 * @param {Promise<unknown>} promise
 */
function isOver(promise) {
  const settled = promise.then(() => true, () => true);
  return Promise.race([settled, new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve(false))))]);
}

afterEach(() => {
  mock.timers.reset();
  turn("visible");
});

test("The wait between attempts doubles up to a cap", () => {
  const waits = [1, 2, 3, 4, 5, 6, 20].map((attempt) => backoffMs(attempt, null, () => 1));

  assert.deepEqual(waits, [800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
});

test("At most half of a wait is left to chance", () => {
  const random = seeded(3);
  for (let trial = 0; trial < 1000; trial++) {
    const attempt = 1 + Math.floor(random() * 10);
    const longest = backoffMs(attempt, null, () => 1);

    const wait = backoffMs(attempt, null, random);

    assert.ok(wait >= longest / 2 && wait <= longest, `attempt ${attempt}: ${wait}`);
  }
});

test("The wait is never shorter than the server asks", () => {
  assert.equal(backoffMs(1, 9000), 9000);
});

test("A match is read as often as the server asks, and less often once it takes its time", () => {
  const waits = Array.from({ length: 30 }, (_, polls) => pollMs(1000, polls));

  assert.deepEqual(waits.slice(0, 9), Array(9).fill(1000));
  assert.deepEqual(waits, waits.toSorted((a, b) => a - b));
  assert.equal(waits.at(-1), 5000);
});

test("A match is never read more often than the server asks", () => {
  assert.equal(pollMs(20_000, 0), 20_000);
  assert.equal(pollMs(20_000, 30), 20_000);
});

for (
  const [header, wait] of /** @type {const} */ ([
    ["3", 3000],
    [" 3 ", 3000],
    ["0", 0],
    ["Thu, 01 Jan 1970 00:00:05 GMT", 4000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["soon", null],
    ["", null],
    [null, null],
  ])
) {
  test(`A Retry-After of ${JSON.stringify(header)} is a wait of ${wait} ms`, () => {
    assert.equal(readRetryAfter(header, 1000), wait);
  });
}

test("A pause lasts as long as it should", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const waiting = pause(1000, new AbortController().signal);

  mock.timers.tick(999);
  assert.equal(await isOver(waiting), false);
  mock.timers.tick(1);

  assert.equal(await waiting, undefined);
});

test("A pause ends when the connection comes back", async () => {
  const waiting = pause(Infinity, new AbortController().signal);

  dispatchEvent(new Event("online"));

  assert.equal(await waiting, undefined);
});

test("A pause ends when the page is looked at again, and not when it is left", async () => {
  const waiting = pause(Infinity, new AbortController().signal);

  turn("hidden");
  assert.equal(await isOver(waiting), false);
  turn("visible");

  assert.equal(await waiting, undefined);
});

test("A pause that is called off says why", async () => {
  const controller = new AbortController();
  const waiting = pause(Infinity, controller.signal);

  controller.abort(new Error("another photo"));

  await assert.rejects(waiting, /another photo/);
});

test("A pause that has been called off before it began never begins", async () => {
  await assert.rejects(pause(Infinity, AbortSignal.abort(new Error("too late"))), /too late/);
});

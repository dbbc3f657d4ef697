import assert from "node:assert/strict";
import { test } from "node:test";
import { Adviser, BestOfLast, problemOf, Speaker } from "../../web/scripts/camera-advice.js";
import { seeded } from "./seeded.js";

/** @typedef {import("../../web/scripts/camera-advice.js").Frame} Frame */

/** @type {Frame} */
const GOOD = { face: 120, around: 100, movement: 0.1 };

/** @param {Partial<Frame>} change @returns {Frame} */
const frame = (change) => ({ ...GOOD, ...change });

/** @param {Adviser} adviser @param {Frame} seen @param {number} times @returns {(string | null)[]} what is shown after each */
const show = (adviser, seen, times) => Array.from({ length: times }, () => adviser.see(seen));

for (
  const [name, change, problem] of /** @type {const} */ ([
    ["A face in good light, held still", {}, null],
    ["A dark face in a dark room", { face: 20, around: 15 }, "dark"],
    ["A dark face before a bright window", { face: 50, around: 180 }, "backlit"],
    ["A dark face before a wall that is a little brighter", { face: 60, around: 100 }, null],
    ["A well-lit face before a white wall", { face: 100, around: 240 }, null],
    ["A washed-out face", { face: 235, around: 200 }, "bright"],
    ["A face that moves", { movement: 1 }, "moving"],
    ["A face that moves in the dark", { face: 20, around: 15, movement: 1 }, "dark"],
  ])
) {
  test(`${name}: ${problem ?? "nothing to say"}`, () => {
    assert.equal(problemOf(frame(change)), problem);
  });
}

for (
  const [problem, there, between, gone] of /** @type {const} */ ([
    ["dark", { face: 25, around: 20 }, { face: 36, around: 30 }, { face: 45, around: 40 }],
    ["bright", { face: 220 }, { face: 210 }, { face: 200 }],
    ["backlit", { face: 50, around: 120 }, { face: 50, around: 100 }, { face: 50, around: 80 }],
    ["moving", { movement: 0.6 }, { movement: 0.5 }, { movement: 0.3 }],
  ])
) {
  test(`What is ${problem} stays so until it is clearly not`, () => {
    assert.equal(problemOf(frame(there)), problem);
    assert.equal(problemOf(frame(between)), null);
    assert.equal(problemOf(frame(between), problem), problem);
    assert.equal(problemOf(frame(gone), problem), null);
  });
}

test("A hint appears after four frames in a row, and goes after seven", () => {
  const adviser = new Adviser();

  assert.deepEqual(show(adviser, frame({ movement: 1 }), 5), [null, null, null, "moving", "moving"]);
  assert.deepEqual(show(adviser, GOOD, 8), [...Array(6).fill("moving"), null, null]);
});

test("A hint gives way to another at once, and not to none between them", () => {
  const adviser = new Adviser();
  show(adviser, frame({ movement: 1 }), 4);

  assert.deepEqual(show(adviser, frame({ face: 20, around: 15 }), 4), ["moving", "moving", "moving", "dark"]);
});

test("A single odd frame changes nothing", () => {
  const adviser = new Adviser();
  show(adviser, frame({ face: 20, around: 15 }), 4);

  const shown = [GOOD, frame({ face: 20, around: 15 }), GOOD, GOOD, frame({ face: 20, around: 15 })].map((one) =>
    adviser.see(one)
  );

  assert.deepEqual(new Set(shown), new Set(["dark"]));
});

test("A light that flickers about a limit makes no hint flicker", () => {
  const adviser = new Adviser();
  const random = seeded(3);

  const shown = Array.from({ length: 2000 }, () => adviser.see(frame({ face: 29 + 8 * random(), around: 20 })));

  const changes = shown.filter((one, at) => at > 0 && one !== shown[at - 1]).length;
  assert.ok(changes <= 1, String(changes));
});

test("What was just read out at the start is not broken off, and a hint that stays is read out after it", () => {
  const speaker = new Speaker(1000);

  const due = [1600, 4000, 5900, 6000, 6150].map((now) => speaker.isDue("dark", now));

  assert.deepEqual(due, [false, false, false, true, false]);
});

test("The same hint is read out twice a minute at most, and two hints are five seconds apart", () => {
  const speaker = new Speaker(0);
  /** @type {[string, number][]} */
  const read = [];

  for (let now = 0; now <= 60_000; now += 150) {
    for (const problem of /** @type {const} */ (["dark", "moving"])) if (speaker.isDue(problem, now)) read.push([problem, now]);
  }

  assert.deepEqual(read, [["dark", 5100], ["moving", 10_200], ["dark", 35_100], ["moving", 40_200]]);
});

test("Nothing is read out where nothing is wrong", () => {
  assert.equal(new Speaker(0).isDue(null, 10_000), false);
});

/** Adds frames that are named by their number. @param {number[]} worths */
function keep(worths) {
  /** @type {number[]} */
  const letGo = [];
  const frames = new BestOfLast(8, (/** @type {number} */ frame) => letGo.push(frame));
  worths.forEach((worth, at) => frames.add(at, worth));
  return { frames, letGo };
}

test("The best of the last eight frames is taken, and not the last", () => {
  const { frames } = keep([99, 1, 2, 3, 9, 4, 5, 6, 7]);

  assert.equal(frames.take(), 4);
});

test("Of two frames that are alike the later one is taken", () => {
  assert.equal(keep([5, 5, 3]).frames.take(), 1);
});

test("Without a frame there is none to take", () => {
  assert.equal(keep([]).frames.take(), null);
});

test("Every frame is let go once, but for the one that is taken; and never more than eight are kept", () => {
  const random = seeded(4);
  for (let trial = 0; trial < 300; trial++) {
    const worths = Array.from({ length: 1 + Math.floor(random() * 30) }, () => (trial % 3 ? random() : -random() * trial));
    const { frames, letGo } = keep(worths);
    assert.ok(frames.size <= 8);

    const taken = frames.take();

    const last = worths.slice(-8);
    assert.equal(taken, worths.length - last.length + last.lastIndexOf(Math.max(...last)));
    assert.deepEqual([...letGo, taken].sort((a, b) => Number(a) - Number(b)), worths.map((_, at) => at));
  }
});

test("A frame that cannot become the best any more is let go at once", () => {
  const { frames, letGo } = keep([3, 2, 1, 4]);

  assert.deepEqual([frames.size, letGo.length], [1, 3]);
});

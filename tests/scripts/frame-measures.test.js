import assert from "node:assert/strict";
import { test } from "node:test";
import { greyOf, lightOf, movementOf, ovalIn, sharpnessOf } from "../../web/scripts/frame-measures.js";
import { seeded } from "./seeded.js";

const SIZE = { width: 120, height: 160 };
const OVAL = ovalIn(SIZE);

/** @typedef {(x: number, y: number) => number} Paint */

/** @param {Paint} paint luma of each pixel */
function frame(paint) {
  return Float32Array.from({ length: SIZE.width * SIZE.height }, (_, at) => paint(at % SIZE.width, Math.floor(at / SIZE.width)));
}

/** @param {number} x @param {number} y */
const inOval = (x, y) => OVAL[y * SIZE.width + x] === 1;

const random = seeded(7);
/** Waves of many lengths and directions. */
const DETAIL = Array.from(
  { length: 8 },
  () => ({ across: 1.6 * random() - 0.8, down: 1.6 * random() - 0.8, start: 6 * random() }),
);

/** Something like a face: soft features, and fine detail. @type {Paint} */
const face = (x, y) =>
  DETAIL.reduce(
    (sum, { across, down, start }) => sum + 5 * Math.sin(across * x + down * y + start),
    120 + 30 * Math.sin(x / 9) + 25 * Math.cos(y / 11),
  );

/** @param {number} share @returns {Paint} the face in another light */
const lit = (share) => (x, y) => share * face(x, y);

/** @param {number} across @param {number} down @returns {Paint} the face somewhere else */
const shifted = (across, down) => (x, y) => face(x - across, y - down);

/** @param {number} length @param {number} degrees @returns {Paint} the face, blurred by movement */
const smeared = (length, degrees) => (x, y) => {
  const [across, down] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const steps = Array.from({ length: length + 1 }, (_, at) => at - length / 2);
  return steps.reduce((sum, step) => sum + face(x + step * across, y + step * down), 0) / steps.length;
};

/** @param {Paint} paint @param {number} seed */
function noisy(paint, seed) {
  const random = seeded(seed);
  return frame((x, y) => paint(x, y) + 8 * (random() - 0.5));
}

/** @param {Paint} paint */
const sharpness = (paint) => sharpnessOf(frame(paint), SIZE, OVAL);

test("Grey is the luma of a pixel", () => {
  const grey = greyOf(Uint8ClampedArray.of(255, 255, 255, 255, 0, 0, 0, 255, 255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255));

  assert.deepEqual([...grey].map(Math.round), [255, 0, 76, 150, 29]);
});

test("The oval lies where the viewfinder draws it", () => {
  const at = (/** @type {number} */ x, /** @type {number} */ y) => inOval(Math.round(x * 0.4), Math.round(y * 0.4));

  assert.ok(at(150, 70) && at(150, 320) && at(62, 195) && at(238, 195));
  assert.ok(!at(150, 50) && !at(150, 340) && !at(45, 195) && !at(255, 195) && !at(70, 80));
});

test("The oval of a wide viewfinder is cut off above and below, as the drawing is", () => {
  const size = { width: 160, height: 60 };

  const oval = ovalIn(size);

  const row = (/** @type {number} */ y) => oval.slice(y * size.width, (y + 1) * size.width).reduce((sum, one) => sum + one, 0);
  assert.ok(row(0) > 0.5 * size.width && row(59) > 0.5 * size.width, `${row(0)} ${row(59)}`);
  assert.ok(row(0) < size.width);
});

test("Light is the mean of the oval, and that of the rest", () => {
  const { face, around } = lightOf(frame((x, y) => (inOval(x, y) ? 40 : 200)), OVAL);

  assert.deepEqual([face, around], [40, 200]);
});

test("A face that stays has not moved, though the camera has noise", () => {
  assert.ok(movementOf(noisy(face, 1), noisy(face, 2), OVAL) < 0.15);
});

test("A face that is lit otherwise has not moved", () => {
  const brighter = (/** @type {number} */ x, /** @type {number} */ y) => face(x, y) + 40;

  assert.ok(movementOf(frame(face), frame(brighter), OVAL) < 0.001);
});

for (const [across, down] of /** @type {const} */ ([[8, 0], [0, 8], [6, 6]])) {
  test(`A face that has gone ${across} across and ${down} down has moved, in bright light as in dim`, () => {
    const bright = movementOf(frame(face), frame(shifted(across, down)), OVAL);
    const dim = movementOf(frame(lit(0.3)), frame((x, y) => 0.3 * shifted(across, down)(x, y)), OVAL);

    assert.ok(bright > 0.5, String(bright));
    assert.ok(Math.abs(dim - bright) < 0.01, `${dim} ${bright}`);
  });
}

test("An empty black picture has not moved", () => {
  assert.ok(movementOf(noisy(() => 4, 1), noisy(() => 4, 2), OVAL) < 1);
  assert.equal(movementOf(frame(() => 0), frame(() => 0), OVAL), 0);
});

for (const degrees of [0, 45, 90, 130]) {
  test(`The further a camera moves at ${degrees} degrees, the less sharp is the face`, () => {
    const worths = [0, 3, 6, 12].map((length) => sharpness(smeared(length, degrees)));

    assert.ok(worths.every((worth, at) => at === 0 || worth < 0.8 * (worths[at - 1] ?? 0)), worths.join(" "));
  });
}

test("Sharpness is the same in bright light and in dim", () => {
  const [bright, dim] = [sharpness(face), sharpness(lit(0.3))];

  assert.ok(Math.abs(bright - dim) < 0.01 * bright, `${bright} ${dim}`);
});

test("Sharpness is that of the oval alone", () => {
  const busy = (/** @type {number} */ x, /** @type {number} */ y) => (inOval(x, y) ? smeared(12, 0)(x, y) : 255 * ((x + y) % 2));

  // At the oval’s edge, a second derivative reaches one pixel beyond it.
  const inner = OVAL.map((one, at) => Number(one && [1, -1, 120, -120, 121, -121, 119, -119].every((by) => OVAL[at + by])));
  const sharp = sharpnessOf(frame(busy), SIZE, inner);

  assert.ok(Math.abs(sharp - sharpnessOf(frame(smeared(12, 0)), SIZE, inner)) < 1e-6);
});

test("An even picture is not sharp", () => {
  assert.equal(sharpness(() => 90), 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { cropAround, cropToShape, fitWithin } from "../../web/scripts/geometry.js";
import { seeded } from "./seeded.js";

/** @typedef {import("../../web/scripts/geometry.js").Box} Box */
/** @typedef {import("../../web/scripts/geometry.js").Size} Size */

const PICTURE = { width: 1000, height: 800 };
const FACE = box(0.4, 0.375, 0.2, 0.25);
const TRIALS = 3000;

/** @param {number} left @param {number} top @param {number} width @param {number} height @returns {Box} */
function box(left, top, width, height) {
  return { left, top, width, height };
}

/** @param {Box} box @param {Size} size @returns {Box} in pixels, and the part of it that is in the picture */
function inPixels({ left, top, width, height }, size) {
  const [right, bottom] = [Math.min(1, left + width) * size.width, Math.min(1, top + height) * size.height];
  const [x, y] = [Math.max(0, left) * size.width, Math.max(0, top) * size.height];
  return box(x, y, right - x, bottom - y);
}

/**
 * How far two boxes reach into each other, in the direction in which they do so least.
 * @param {Box} a @param {Box} b
 */
function overlap(a, b) {
  return Math.min(
    Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left),
    Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top),
  );
}

/** Pictures with faces anywhere in them, some of which reach beyond the edge, as a detector's boxes do. */
function* crowds() {
  const random = seeded(1);
  const face = () => box(random() * 1.05 - 0.1, random() * 1.05 - 0.1, 0.11 + random() * 0.4, 0.11 + random() * 0.4);
  for (let trial = 0; trial < TRIALS; trial++) {
    const size = { width: 100 + Math.floor(random() * 4000), height: 100 + Math.floor(random() * 4000) };
    const others = Array.from({ length: Math.floor(random() * 4) }, face);
    const chosen = face();
    yield { size, others, chosen, crop: cropAround(chosen, others, size), message: JSON.stringify({ size, chosen, others }) };
  }
}

test("A face is cut out with generous room", () => {
  const crop = cropAround(FACE, [], PICTURE);

  assert.deepEqual(crop, box(260, 160, 480, 480));
});

test("A face in the corner is cut out with the room there is", () => {
  const crop = cropAround(box(0, 0.75, 0.2, 0.25), [], PICTURE);

  assert.deepEqual(crop, box(0, 460, 340, 340));
});

test("A crop leaves the face beside it out", () => {
  const crop = cropAround(FACE, [box(0.65, 0.375, 0.2, 0.25)], PICTURE);

  assert.deepEqual(crop, box(260, 160, 390, 480));
});

test("A face at the corner of a crop costs it the smaller side", () => {
  const crop = cropAround(FACE, [box(0.65, 0.75, 0.2, 0.25)], PICTURE);

  assert.deepEqual(crop, box(260, 160, 480, 440));
});

test("A crop leaves out faces on every side", () => {
  const around = [box(0.2, 0.4, 0.15, 0.2), box(0.65, 0.4, 0.15, 0.2), box(0.45, 0.1, 0.1, 0.15)];

  const crop = cropAround(FACE, around, PICTURE);

  assert.deepEqual(crop, box(350, 200, 300, 440));
});

test("A face that could only go with part of the chosen one stays in the crop", () => {
  const crop = cropAround(FACE, [box(0.5, 0.4, 0.2, 0.25)], PICTURE);

  assert.deepEqual(crop, box(260, 160, 480, 480));
});

test("No crop leaves the picture", () => {
  for (const { size, crop, message } of crowds()) {
    assert.ok(Object.values(crop).every(Number.isInteger), message);
    assert.ok(crop.left >= 0 && crop.top >= 0 && crop.width > 0 && crop.height > 0, message);
    assert.ok(crop.left + crop.width <= size.width && crop.top + crop.height <= size.height, message);
  }
});

test("No crop cuts into the chosen face", () => {
  for (const { size, chosen, crop, message } of crowds()) {
    const face = inPixels(chosen, size);

    assert.ok(crop.left <= face.left && crop.top <= face.top, message);
    assert.ok(crop.left + crop.width > face.left + face.width - 1, message);
    assert.ok(crop.top + crop.height > face.top + face.height - 1, message);
  }
});

test("No crop shows a face that does not overlap the chosen one", () => {
  for (const { size, chosen, others, crop, message } of crowds()) {
    const face = inPixels(chosen, size);
    const apart = others.map((other) => inPixels(other, size)).filter((other) => overlap(face, other) <= 0);

    assert.ok(apart.every((other) => overlap(crop, other) < 1), message);
  }
});

for (
  const [width, height, fitted] of /** @type {const} */ ([
    [3200, 2400, { width: 1600, height: 1200 }],
    [2400, 3200, { width: 1200, height: 1600 }],
    [640, 480, { width: 640, height: 480 }],
    [50_000, 2, { width: 1600, height: 1 }],
    [3000, 80, { width: 3000, height: 80 }],
    [90, 9700, { width: 80, height: 8622 }],
  ])
) {
  test(`A picture of ${width} × ${height} is sent as one of ${fitted.width} × ${fitted.height}`, () => {
    assert.deepEqual(fitWithin({ width, height }, 1600, 80), fitted);
  });
}

test("The camera photo is what the viewfinder shows", () => {
  const shown = cropToShape({ width: 1280, height: 720 }, 3 / 4);

  assert.deepEqual(shown, box(370, 0, 540, 720));
});

test("A frame that is narrower than the viewfinder loses its top and bottom alike", () => {
  const shown = cropToShape({ width: 600, height: 1000 }, 3 / 4);

  assert.deepEqual(shown, box(0, 100, 600, 800));
});

test("A crop to a shape has that shape, and as much of the picture as fits", () => {
  const random = seeded(2);
  for (let trial = 0; trial < TRIALS; trial++) {
    const size = { width: 100 + Math.floor(random() * 4000), height: 100 + Math.floor(random() * 4000) };
    const shape = 0.2 + random() * 4;

    const crop = cropToShape(size, shape);

    const message = JSON.stringify({ size, shape, crop });
    assert.ok(Math.abs(crop.width - crop.height * shape) <= Math.max(1, shape) / 2 + 1e-6, message);
    assert.ok(crop.width === size.width || crop.height === size.height, message);
    assert.ok(crop.left >= 0 && crop.left + crop.width <= size.width, message);
    assert.ok(crop.top >= 0 && crop.top + crop.height <= size.height, message);
  }
});

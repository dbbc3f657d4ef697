import assert from "node:assert/strict";
import { test } from "node:test";
import { eyePlaces, frameFace, gapOf, matrixOf, sharedGap } from "../../web/scripts/framing.js";
import { seeded } from "./seeded.js";

/** @typedef {import("../../web/scripts/framing.js").Face} Face */
/** @typedef {import("../../web/scripts/framing.js").Placed} Placed */
/** @typedef {import("../../web/scripts/framing.js").Point} Point */
/** @typedef {import("../../web/scripts/geometry.js").Size} Size */

const FRAME = { width: 400, height: 500 };
const TRIALS = 2000;

/**
 * A face of a person who looks straight ahead: as wide as two and a quarter times the distance of the eyes.
 * @param {Point} middle between the eyes, in pixels
 * @param {number} apart the distance of the eyes, in pixels
 * @param {number} tilt in radians
 * @param {Size} picture
 * @returns {Face}
 */
function faceAt([x, y], apart, tilt, { width, height }) {
  const [across, down] = [apart * Math.cos(tilt) / 2, apart * Math.sin(tilt) / 2];
  const side = 2.25 * apart;
  return {
    box: { left: (x - side / 2) / width, top: (y - side / 2) / height, width: side / width, height: 1.3 * side / height },
    eyes: [[(x - across) / width, (y - down) / height], [(x + across) / width, (y + down) / height]],
  };
}

/** @param {Placed} placed @param {Point} point of the picture, in pixels @returns {Point} in the frame */
function project(placed, [x, y]) {
  const [a, b, c, d, e, f] = matrixOf(placed);
  return [a * x + c * y + e, b * x + d * y + f];
}

/** @param {Placed} placed @param {Point} point of the frame @param {Size} picture */
function shows(placed, [x, y], picture) {
  const [a, b, c, d, e, f] = matrixOf(placed);
  const area = a * d - b * c;
  const across = (d * (x - e) - c * (y - f)) / area;
  const down = (a * (y - f) - b * (x - e)) / area;
  return across >= 0 && down >= 0 && across <= picture.width && down <= picture.height;
}

/** @param {Face} face @param {Size} picture @param {Placed} placed @returns {Point[]} */
const eyesIn = (face, picture, placed) => face.eyes.map(([x, y]) => project(placed, [x * picture.width, y * picture.height]));

/** @param {Point[]} found @param {Point[]} wanted @param {string} message */
function assertSame(found, wanted, message) {
  for (const [index, [x, y]] of wanted.entries()) {
    const [foundX, foundY] = found[index] ?? [NaN, NaN];
    assert.ok(Math.hypot(foundX - x, foundY - y) < 1e-6, `${found} is not ${wanted}: ${message}`);
  }
}

/** Faces anywhere in pictures of any shape, upside down, too. */
function* portraits() {
  const random = seeded(13);
  for (let trial = 0; trial < TRIALS; trial++) {
    const picture = { width: 200 + Math.floor(random() * 3000), height: 200 + Math.floor(random() * 3000) };
    const apart = 30 + random() * 300;
    const tilt = (random() - 0.5) * 2 * Math.PI;
    const face = faceAt([random() * picture.width, random() * picture.height], apart, tilt, picture);
    const frame = { width: 40 + random() * 600, height: 40 + random() * 900 };
    yield { picture, face, frame, message: JSON.stringify({ picture, face, frame }) };
  }
}

test("The eyes of every face are level and at their places", () => {
  for (const { picture, face, frame, message } of portraits()) {
    const placed = frameFace(face, picture, frame);

    assertSame(eyesIn(face, picture, placed), eyePlaces(frame), message);
    assertSame(placed.eyes ?? [], eyePlaces(frame), message);
  }
});

test("A picture is never stretched or mirrored", () => {
  for (const { picture, face, frame, message } of portraits()) {
    const [a, b, c, d] = matrixOf(frameFace(face, picture, frame));

    assert.ok(a === d && b === -c && a * d - b * c > 0, message);
  }
});

test("A picture covers its frame exactly where it says so", () => {
  let covering = 0;
  for (const { picture, face, frame, message } of portraits()) {
    const placed = frameFace(face, picture, frame);

    const corners = /** @type {Point[]} */ ([[0, 0], [frame.width, 0], [0, frame.height], [frame.width, frame.height]]);
    assert.equal(placed.covers, corners.every((corner) => shows(placed, corner, picture)), message);
    covering += Number(placed.covers);
  }
  assert.ok(covering > 100 && covering < TRIALS - 100);
});

test("A copy of another size lies the same in a frame of another size", () => {
  const picture = { width: 960, height: 1280 };
  const face = faceAt([500, 460], 150, 0.2, picture);

  const [large, small] = [
    frameFace(face, picture, FRAME),
    frameFace(face, { width: 480, height: 640 }, { width: 80, height: 100 }),
  ];

  assert.ok(Math.abs(large.x / 400 - small.x / 80) < 1e-9 && Math.abs(large.y / 500 - small.y / 100) < 1e-9);
  assert.equal(large.turn, small.turn);
});

test("The face is large in its frame", () => {
  const picture = { width: 960, height: 1280 };
  const face = faceAt([480, 400], 100, 0, picture);

  const { scale } = frameFace(face, picture, FRAME);

  assert.ok(scale * face.box.width * picture.width > FRAME.width / 2);
});

test("Without a face a picture covers its frame, and more is cut off below than above", () => {
  const tall = frameFace(null, { width: 400, height: 1000 }, FRAME);
  const wide = frameFace(undefined, { width: 1000, height: 500 }, FRAME);

  assert.deepEqual(tall, { scale: 1, turn: 0, x: 0, y: -110, covers: true, eyes: null });
  assert.deepEqual(wide, { scale: 1, turn: 0, x: -300, y: 0, covers: true, eyes: null });
});

test("Eyes that are one point are no face to go by", () => {
  const picture = { width: 400, height: 1000 };
  const face = faceAt([200, 300], 0, 0, picture);

  assert.deepEqual(frameFace(face, picture, FRAME), frameFace(null, picture, FRAME));
});

test("A small face is enlarged no more than a face of sixty pixels is", () => {
  const picture = { width: 960, height: 640 };
  const small = faceAt([900, 500], 30 / 2.25, 0.3, picture);
  const sixty = faceAt([900, 500], 60 / 2.25, 0.3, picture);

  const placed = frameFace(small, picture, FRAME);

  assert.ok(Math.abs(placed.scale - frameFace(sixty, picture, FRAME).scale) < 1e-9);
  assertSame(eyesIn(small, picture, placed), eyePlaces(FRAME, gapOf(small, picture)), "30 pixels");
  assert.ok(Math.abs(gapOf(small, picture) - gapOf(sixty, picture) / 2) < 1e-9);
});

test("A face turned aside stays in its frame", () => {
  const picture = { width: 960, height: 1280 };
  const face = faceAt([480, 400], 150, 0, picture);
  const aside = { ...face, eyes: faceAt([480, 400], 60, 0, picture).eyes };

  const { scale } = frameFace(aside, picture, FRAME);

  assert.ok(scale * aside.box.width * picture.width < FRAME.width);
});

test("Two pictures that are compared show their faces of one size", () => {
  const picture = { width: 960, height: 1280 };
  const large = { face: faceAt([480, 400], 150, 0, picture), picture };
  const small = { face: faceAt([100, 900], 16, 0.4, picture), picture };

  const gap = sharedGap([large, small, { face: null, picture }]);

  for (const { face } of [large, small]) {
    assertSame(eyesIn(face, picture, frameFace(face, picture, FRAME, gap)), eyePlaces(FRAME, gap), "shared");
  }
});

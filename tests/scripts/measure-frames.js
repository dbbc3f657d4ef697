/** Measures the RGBA frames of a file, each against the one before, and prints what the camera's screen would say of it. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { problemOf } from "../../web/scripts/camera-advice.js";
import { greyOf, lightOf, movementOf, ovalIn, sharpnessOf } from "../../web/scripts/frame-measures.js";

const [file = "", width = 0, height = 0] = process.argv.slice(2);
const size = { width: Number(width), height: Number(height) };
const oval = ovalIn(size);
const pixels = new Uint8ClampedArray(readFileSync(file));
const length = 4 * oval.length;
const greys = Array.from({ length: pixels.length / length }, (_, at) => greyOf(pixels.subarray(at * length, (at + 1) * length)));

console.log(JSON.stringify(greys.map((grey, at) => {
  const frame = { ...lightOf(grey, oval), movement: movementOf(greys[at - 1] ?? grey, grey, oval) };
  return { ...frame, sharpness: sharpnessOf(grey, size, oval), problem: problemOf(frame) };
})));

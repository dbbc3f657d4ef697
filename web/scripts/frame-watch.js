/** Looks at a camera's frames: each on a small copy, and in full only those that may become the photo. */
import { Adviser, BestOfLast } from "./camera-advice.js";
import { greyOf, lightOf, movementOf, ovalIn, sharpnessOf } from "./frame-measures.js";
import { fitWithin } from "./geometry.js";
import { shownPart, takeFrame } from "./photo.js";

/** @typedef {import("./camera-advice.js").Problem} Problem */
/** @typedef {import("./frame-measures.js").Grey} Grey */
/** @typedef {import("./geometry.js").Box} Box */

const LOOK_EVERY_MS = 150;
/** The longest side of a copy, in pixels: a face in the oval is then as large as what the recogniser compares. */
const COPY = 160;
const LAST_FRAMES = 8;

/** Watches the frames that a video shows, from `start` to `stop`. */
export class FrameWatch {
  #video;
  #advise;
  #canvas = document.createElement("canvas");
  #context = this.#canvas.getContext("2d", { willReadFrequently: true });
  #adviser = new Adviser();
  #frames = new BestOfLast(LAST_FRAMES, (/** @type {ImageBitmap} */ frame) => frame.close());
  /** @type {Grey | null} the frame before */
  #before = null;
  /** @type {Uint8Array} */
  #oval = new Uint8Array();
  #keeping = false;
  #seen = -1;
  #turn = 0;
  /** @type {Promise<void> | null} */
  #taking = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {HTMLVideoElement} video
   * @param {(problem: Problem | null) => void} advise is told after each look what to show
   */
  constructor(video, advise) {
    this.#video = video;
    this.#advise = advise;
  }

  start() {
    this.stop();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop() {
    clearInterval(this.#timer);
    this.#turn++;
    this.#frames.clear();
    this.#keeping = false;
    this.#before = null;
    this.#seen = -1;
    this.#adviser = new Adviser();
  }

  /** Keeps frames from now on, for `sharpest`. */
  keepFrames() {
    this.#keeping = true;
    void this.#keep();
  }

  /** @returns {Promise<ImageBitmap | null>} the sharpest of the last frames, for the caller to close; null if there is none */
  async sharpest() {
    await this.#keep();
    this.#keeping = false;
    return this.#frames.take();
  }

  #look() {
    if (this.#video.currentTime === this.#seen) return; // the camera has shown no other frame since
    this.#seen = this.#video.currentTime;
    const grey = this.#copy(this.#video, shownPart(this.#video));
    if (!grey) return;
    const movement = this.#before?.length === grey.length ? movementOf(this.#before, grey, this.#oval) : 0;
    this.#before = grey;
    this.#advise(this.#adviser.see({ ...lightOf(grey, this.#oval), movement }));
    if (this.#keeping) void this.#keep();
  }

  /** Keeps the frame that is shown now. Only one is taken at a time, because a slow device would pile them up. */
  #keep() {
    this.#taking ??= this.#take(this.#turn).finally(() => (this.#taking = null));
    return this.#taking;
  }

  /** @param {number} turn */
  async #take(turn) {
    const frame = await takeFrame(this.#video).catch(() => null); // without frames, the photo is what the video shows
    const grey = frame && turn === this.#turn && this.#copy(frame, { left: 0, top: 0, width: frame.width, height: frame.height });
    if (grey) this.#frames.add(frame, sharpnessOf(grey, this.#canvas, this.#oval));
    else frame?.close();
  }

  /**
   * @param {HTMLVideoElement | ImageBitmap} picture
   * @param {Box} part of it, in pixels
   * @returns {Grey | null} null before there is a picture
   */
  #copy(picture, { left, top, width, height }) {
    if (!this.#context || !(width && height)) return null;
    const size = fitWithin({ width, height }, COPY);
    if (this.#canvas.width !== size.width || this.#canvas.height !== size.height || !this.#oval.length) {
      Object.assign(this.#canvas, size);
      this.#oval = ovalIn(size);
    }
    this.#context.drawImage(picture, left, top, width, height, 0, 0, size.width, size.height);
    return greyOf(this.#context.getImageData(0, 0, size.width, size.height).data);
  }
}

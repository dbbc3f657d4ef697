/**
 * What a frame of the camera shows, measured on a small grey copy of it: light, movement and sharpness. Pure.
 */

/** @typedef {import("./geometry.js").Size} Size */
/** @typedef {Float32Array} Grey luma, 0 to 255, row by row */
/** @typedef {{face: number, around: number}} Light the mean luma in the oval, and of the rest */

/** The oval of the viewfinder, in the units of its drawing in index.html. */
const DRAWING = { width: 300, height: 400 };
const OVAL = { x: 150, y: 195, across: 97, down: 135 };

/** In which directions sharpness is measured, over half a circle. */
const DIRECTIONS = Array.from({ length: 8 }, (_, at) => (at * Math.PI) / 8);

/** The least contrast that counts, in luma: less is the camera’s noise. */
const FLAT = 4;

/**
 * @param {Uint8ClampedArray} pixels RGBA
 * @returns {Grey}
 */
export function greyOf(pixels) {
  const grey = new Float32Array(pixels.length / 4);
  for (let at = 0; at < grey.length; at++) {
    grey[at] = 0.299 * (pixels[4 * at] ?? 0) + 0.587 * (pixels[4 * at + 1] ?? 0) + 0.114 * (pixels[4 * at + 2] ?? 0);
  }
  return grey;
}

/**
 * Return which pixels of a copy lie in the oval. The drawing covers the viewfinder, as "slice" does.
 * @param {Size} size
 * @returns {Uint8Array} 1 in the oval, 0 outside
 */
export function ovalIn({ width, height }) {
  const scale = Math.max(width / DRAWING.width, height / DRAWING.height);
  const [left, top] = [(width / scale - DRAWING.width) / 2, (height / scale - DRAWING.height) / 2];
  const inside = new Uint8Array(width * height);
  for (let at = 0; at < inside.length; at++) {
    const x = ((at % width) + 0.5) / scale - left - OVAL.x;
    const y = (Math.floor(at / width) + 0.5) / scale - top - OVAL.y;
    inside[at] = Number((x / OVAL.across) ** 2 + (y / OVAL.down) ** 2 <= 1);
  }
  return inside;
}

/**
 * @param {Grey} grey
 * @param {Uint8Array} oval
 * @returns {Light}
 */
export function lightOf(grey, oval) {
  const [face, around] = [new Sum(), new Sum()];
  grey.forEach((luma, at) => (oval[at] ? face : around).add(luma));
  return { face: face.mean, around: around.mean };
}

/**
 * How much the oval has changed since another frame, as a share of its contrast. A change of the light alone is none:
 * the mean of each frame is taken out.
 * @param {Grey} before
 * @param {Grey} now
 * @param {Uint8Array} oval
 */
export function movementOf(before, now, oval) {
  const change = new Sum();
  const [was, is] = [new Sum(), new Sum()];
  now.forEach((luma, at) => {
    if (!oval[at]) return;
    const earlier = before[at] ?? 0;
    was.add(earlier);
    is.add(luma);
    change.add(luma - earlier);
  });
  const contrast = Math.sqrt((was.variance + is.variance) / 2);
  return Math.sqrt(change.variance) / Math.max(contrast, FLAT);
}

/**
 * How sharp the oval is: the share of fine detail (the variance of the second derivative) in its contrast, in the
 * direction in which there is least, because a camera that moves blurs one direction alone.
 * @param {Grey} grey
 * @param {Size} size
 * @param {Uint8Array} oval
 */
export function sharpnessOf(grey, { width, height }, oval) {
  const contrast = new Sum();
  const [xx, yy, xy] = [new Sum(), new Sum(), new Sum()];
  const [xxYy, xxXy, yyXy] = [new Sum(), new Sum(), new Sum()];
  /** @param {number} at */
  const luma = (at) => grey[at] ?? 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if (!oval[at]) continue;
      const here = luma(at);
      const across = luma(at - 1) - 2 * here + luma(at + 1);
      const down = luma(at - width) - 2 * here + luma(at + width);
      const both = (luma(at - width - 1) + luma(at + width + 1) - luma(at - width + 1) - luma(at + width - 1)) / 4;
      contrast.add(here);
      xx.add(across);
      yy.add(down);
      xy.add(both);
      xxYy.add(across * down);
      xxXy.add(across * both);
      yyXy.add(down * both);
    }
  }
  const covariances = [xxYy.mean - xx.mean * yy.mean, xxXy.mean - xx.mean * xy.mean, yyXy.mean - yy.mean * xy.mean];
  const [ofXxYy = 0, ofXxXy = 0, ofYyXy = 0] = covariances;
  const least = Math.min(...DIRECTIONS.map((angle) => {
    const [a, b, c] = [Math.cos(angle) ** 2, Math.sin(angle) ** 2, Math.sin(2 * angle)];
    return a * a * xx.variance + b * b * yy.variance + c * c * xy.variance +
      2 * (a * b * ofXxYy + a * c * ofXxXy + b * c * ofYyXy);
  }));
  return Math.max(0, least) / Math.max(contrast.variance, FLAT ** 2);
}

/** The mean and the variance of numbers that come one by one. */
class Sum {
  #count = 0;
  #total = 0;
  #squares = 0;

  /** @param {number} value */
  add(value) {
    this.#count++;
    this.#total += value;
    this.#squares += value * value;
  }

  get mean() {
    return this.#count ? this.#total / this.#count : 0;
  }

  get variance() {
    return this.#count ? Math.max(0, this.#squares / this.#count - this.mean ** 2) : 0;
  }
}

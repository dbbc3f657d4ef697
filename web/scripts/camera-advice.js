/** What the camera's screen advises, by what its frames show, and which of the last frames is the best. Pure. */

/** @typedef {import("./frame-measures.js").Light} Light */
/** @typedef {Light & {movement: number}} Frame */
/** @typedef {"dark" | "backlit" | "bright" | "moving"} Problem what is wrong with a frame */

/**
 * Where a problem begins, and where it ends: between the two, a problem that is there stays. Light is luma, 0 to 255;
 * `against` is how many times brighter the rest is than the oval; movement is a share of the oval's contrast.
 * docs/quality.md has the photographs that these were fitted on.
 */
const LIMITS = {
  dark: { begins: 32, ends: 40 },
  bright: { begins: 215, ends: 205 },
  against: { begins: 2.2, ends: 1.8 },
  moving: { begins: 0.55, ends: 0.4 },
};
/** A face that is brighter than this is no silhouette, however bright the rest is. */
const SILHOUETTE = 80;

/** Frames in a row before a problem is shown, and before one that is shown goes: 0.6 s and 1 s. */
const APPEARS_AFTER = 4;
const GOES_AFTER = 7;

const SPOKEN_APART_MS = 5000;
const SPOKEN_AGAIN_MS = 30_000;

/**
 * Return what is wrong with a frame: its light first, because movement cannot be judged without.
 * @param {Frame} frame
 * @param {Problem | null} [shown] what is shown now: it stays until its own end
 * @returns {Problem | null}
 */
export function problemOf({ face, around, movement }, shown = null) {
  /** @param {Problem} problem @param {{begins: number, ends: number}} limit */
  const limit = (problem, { begins, ends }) => (shown === problem ? ends : begins);
  if (face < SILHOUETTE && around > face * limit("backlit", LIMITS.against)) return "backlit";
  if (face < limit("dark", LIMITS.dark)) return "dark";
  if (face > limit("bright", LIMITS.bright)) return "bright";
  return movement > limit("moving", LIMITS.moving) ? "moving" : null;
}

/** Takes one frame after the other, and says what to show: it changes only after several frames in a row. */
export class Adviser {
  /** @type {Problem | null} what is shown */
  shown = null;
  /** @type {Problem | null} */
  #next = null;
  #times = 0;

  /**
   * @param {Frame} frame
   * @returns {Problem | null} what to show from now on
   */
  see(frame) {
    const found = problemOf(frame, this.shown);
    this.#times = found === this.#next ? this.#times + 1 : 1;
    this.#next = found;
    if (this.#times >= (found === null ? GOES_AFTER : APPEARS_AFTER)) this.shown = found;
    return this.shown;
  }
}

/** Tells when advice is to be read out: seldom, so that a screen reader does not talk without end. */
export class Speaker {
  #last;
  /** @type {Partial<Record<Problem, number>>} */
  #spoken = {};

  /** @param {number} now in milliseconds, as below: what is read out at the start is not broken off */
  constructor(now) {
    this.#last = now;
  }

  /** @param {Problem | null} problem @param {number} now */
  isDue(problem, now) {
    if (!problem || now - this.#last < SPOKEN_APART_MS) return false;
    if (now - (this.#spoken[problem] ?? -Infinity) < SPOKEN_AGAIN_MS) return false;
    this.#last = this.#spoken[problem] = now;
    return true;
  }
}

/**
 * The best of the last few. It keeps only those that can still become the best, and lets go of the others at once,
 * because a frame of a camera takes megabytes.
 * @template T
 */
export class BestOfLast {
  #most;
  #letGo;
  #count = 0;
  /** @type {{thing: T, worth: number, number: number}[]} the oldest first, and each worth more than the next */
  #kept = [];

  /** @param {number} most @param {(thing: T) => void} letGo */
  constructor(most, letGo) {
    this.#most = most;
    this.#letGo = letGo;
  }

  get size() {
    return this.#kept.length;
  }

  /** @param {T} thing @param {number} worth */
  add(thing, worth) {
    const number = this.#count++;
    const [old, left] = split(this.#kept, (one) => number - one.number >= this.#most || one.worth <= worth);
    this.#kept = [...left, { thing, worth, number }];
    old.forEach((one) => this.#letGo(one.thing));
  }

  /** @returns {T | null} the best, which is then the caller's; the others are let go */
  take() {
    const best = this.#kept.shift()?.thing ?? null;
    this.clear();
    return best;
  }

  clear() {
    for (const { thing } of this.#kept.splice(0)) this.#letGo(thing);
  }
}

/**
 * @template T
 * @param {T[]} all
 * @param {(one: T) => boolean} test
 * @returns {[T[], T[]]} those that pass, and the others
 */
const split = (all, test) => [all.filter(test), all.filter((one) => !test(one))];

/** Who is on the stage beside the visitor, from the moment the curtain opens. */
import { find, listen, showImage } from "./element.js";
import { copyFor, initialsOf, layTogether, unlayPicture } from "./framed-picture.js";
import { words } from "./words.js";

/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {import("./framing.js").Face} Face */

const CURTAIN_WAITS_MS = 1500;
/** The width of an arch where the stage is not visible. */
const ARCH_WIDTH = 300;
/** The portrait comes in a copy of at most this width first, which a slow connection brings in a second or two. */
const FIRST_COPY = 480;
/** A copy that came within this time was no burden: the connection can carry a larger one. */
const QUICK_MS = 400;

/**
 * Brings a celebrity on the stage, lays both pictures so that eyes are on eyes, and offers to compare them.
 * @param {HTMLElement} root the stage
 * @param {import("./parts.js").Part<ReturnType<typeof import("./compare-slider.js").compareSlider>>} compare
 */
export function double(root, compare) {
  const you = find(root, ".you img", HTMLImageElement);
  const star = find(root, ".star img", HTMLImageElement);
  const arch = find(root, ".star .arch", HTMLElement);
  const initials = find(root, ".initials", HTMLElement);
  const caption = find(root, ".star figcaption", HTMLElement);
  /** @type {Celebrity | null} */
  let shown = null;
  /** @type {Face | null | undefined} */
  let selfieFace = null;
  let seated = Promise.resolve(false);
  /** Counts how often the stage has been left: the photo of a result that is gone must not come after it. */
  let left = 0;
  /** Whether the last portrait came quickly. */
  let isQuick = false;

  star.fetchPriority = "high";
  listen(root, "compare-opened", () => void sharpen());

  const pictures = () => ({
    you: { image: you, face: selfieFace },
    star: { image: star, face: shown?.face, copies: shown?.images },
  });

  /** Lays the pictures that are visible so that their faces are of one size. */
  function align() {
    layTogether(Object.values(pictures()).filter(({ image }) => !image.hidden));
  }

  /**
   * The copy of a portrait for the arch as it is now.
   * @param {Celebrity} celebrity
   * @param {number} [widest]
   */
  const copyOf = (celebrity, widest) => copyFor(celebrity, arch.clientWidth || ARCH_WIDTH, { widest });

  /**
   * @param {Celebrity} celebrity
   * @returns {Promise<boolean>} whether the portrait is visible
   */
  async function cast(celebrity) {
    shown = celebrity;
    star.alt = words.stage.portrait_of(celebrity.name);
    caption.textContent = celebrity.name;
    initials.textContent = initialsOf(celebrity.name);
    initials.hidden = false;
    star.hidden = true;
    const asked = performance.now();
    const isShown = await showImage(star, copyOf(celebrity, FIRST_COPY));
    if (shown !== celebrity) return false;
    isQuick = performance.now() - asked < QUICK_MS;
    initials.hidden = isShown;
    align();
    return isShown;
  }

  /**
   * Offers to compare the two pictures, as soon as both are visible.
   * @param {Celebrity} celebrity
   * @param {Promise<boolean>} there whether the portrait is
   */
  async function offer(celebrity, there) {
    const isComplete = (await Promise.all([seated, there])).every(Boolean);
    const slider = isComplete ? await compare.load().catch(() => null) : null;
    if (shown !== celebrity) return;
    if (!slider) return compare.now?.withdraw();
    slider.offer(celebrity.name, pictures());
    await sharpen();
  }

  /** Replaces the portrait by the copy that is sharp at the size of the arch, where the first has come quickly. */
  async function sharpen() {
    const celebrity = shown;
    if (!celebrity || star.hidden || !isQuick) return;
    const url = copyOf(celebrity);
    if (star.getAttribute("src") === url) return;
    const isThere = await Object.assign(new Image(), { src: url }).decode().then(() => true, () => false);
    if (!isThere || shown !== celebrity) return;
    await showImage(star, url);
    align();
    compare.now?.offer(celebrity.name, pictures());
  }

  return {
    /**
     * Opens the curtain once the portrait is visible, and without waiting for it long: until then, initials stand there.
     * @param {Celebrity} celebrity
     * @param {Face | null | undefined} face the visitor's
     * @param {() => Promise<boolean>} seat shows the visitor's photo; whether it is visible
     */
    async enter(celebrity, face, seat) {
      selfieFace = face;
      const there = cast(celebrity);
      const waited = Promise.race([there, new Promise((resolve) => setTimeout(resolve, CURTAIN_WAITS_MS))]);
      // A photo that the server keeps is large: the portrait, which is small, comes first.
      const before = left;
      seated = waited.then(() => left === before && seat());
      void seated.then(() => left === before && align());
      await waited;
      if (shown !== celebrity) return; // the curtain has been closed again
      root.dataset.act = "revealed";
      void offer(celebrity, there);
    },

    /** @param {Celebrity} celebrity */
    replace(celebrity) {
      void offer(celebrity, cast(celebrity));
      arch.scrollIntoView({ block: "nearest" });
    },

    /** Leaves the stage. @param {string | null} url the photo that stays, or comes */
    leave(url) {
      left++;
      shown = null;
      compare.now?.withdraw();
      unlayPicture(star);
      if (you.getAttribute("src") !== url) unlayPicture(you);
    },
  };
}

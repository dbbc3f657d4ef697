/** Pictures on the page: which copy of one is shown, and how it lies in its frame. */
import { build } from "./element.js";
import { frameFace, gapOf, sharedGap } from "./framing.js";
import { cropToShape } from "./geometry.js";

/** @typedef {import("./api.js").Copy} Copy */
/** @typedef {import("./framing.js").Face} Face */
/** @typedef {import("./geometry.js").Size} Size */
/** @typedef {{image_url: string, images?: Copy[], face?: Face | null}} Portrait */
/** @typedef {{image: HTMLImageElement, face: Face | null | undefined, copies?: Copy[]}} Shown */

/** Every frame on the page has this shape (`.arch`); all is reckoned in shares of it, so that it fits at any size. */
const FRAME = { width: 100, height: 125 };
const BACKDROP = { width: 64, height: 80 };
/** A backdrop has this many pixels to a side before it is enlarged, which blurs it. */
const SIDE = 8;
/** How much taller than wide a portrait is, where that is not known yet. */
const TALLER = 1.25;
/** A copy may be enlarged so much before a larger one is worth its bytes. */
const ENLARGED = 1.6;
/** More dots than this to a pixel of the page are not seen in a photograph. */
const DENSEST = 2;

/**
 * Return the smallest copy of a portrait that is sharp in a frame.
 * @param {Portrait} portrait
 * @param {number} width the frame's, in pixels of the page
 * @param {{widest?: number, density?: number}} [limits] the widest copy to take if there is a choice, and the screen's dots to a pixel
 * @returns {string} its address
 */
export function copyFor({ image_url, images = [], face }, width, { widest = Infinity, density = devicePixelRatio } = {}) {
  const largest = images.at(-1);
  if (!largest) return image_url;
  const needed = width * Math.min(DENSEST, density) * enlargementOf(face, largest.width) / ENLARGED;
  const wanted = images.find((copy) => copy.width >= needed) ?? largest;
  return (wanted.width > widest ? images.findLast((copy) => copy.width <= widest) ?? wanted : wanted).url;
}

/**
 * Return how many pixels wide the largest copy is, which tells how large its face may be shown.
 * @param {HTMLImageElement} image that shows one of the copies
 * @param {Copy[]} [copies]
 * @returns {Size}
 */
export function sizeOf({ naturalWidth, naturalHeight }, copies = []) {
  const width = Math.max(naturalWidth, copies.at(-1)?.width ?? 0);
  return { width, height: (width * naturalHeight) / naturalWidth };
}

/**
 * Lays a picture in its frame: the eyes at their places, or without a face as the stylesheet says.
 * @param {HTMLImageElement} image whose picture has been decoded
 * @param {Face | null | undefined} face
 * @param {Size} picture the size of its largest copy
 * @param {number} [gap] between the eyes, if another picture shares it
 */
export function layPicture(image, face, picture, gap = gapOf(face, picture)) {
  const placed = frameFace(face, picture, FRAME, gap);
  if (!face || !placed.eyes) return unlayPicture(image);
  image.classList.add("framed");
  image.classList.toggle("open-edged", !placed.covers);
  showBehind(image, !placed.covers);
  // A turn around the place between the eyes: what is animated on top of it leaves the face where it is.
  const [across, down] = betweenEyes(face);
  const [width, height] = [placed.scale * picture.width, placed.scale * picture.height];
  const [left, right] = placed.eyes;
  Object.assign(image.style, {
    width: `${width}%`,
    left: `${(left[0] + right[0]) / 2 - across * width}%`,
    top: `${(100 * (left[1] - down * height)) / FRAME.height}%`,
    transformOrigin: `${100 * across}% ${100 * down}%`,
    transform: `rotate(${placed.turn}rad)`,
  });
}

/** Lays a picture as the stylesheet says. @param {HTMLImageElement} image */
export function unlayPicture(image) {
  image.classList.remove("framed", "open-edged");
  image.removeAttribute("style");
  showBehind(image, false);
}

/**
 * Fills a frame at the origin with the blurred middle of a picture.
 * @param {CanvasRenderingContext2D} context
 * @param {CanvasImageSource} image
 * @param {Size} picture its size in pixels
 * @param {Size} frame
 */
export function paintBehind(context, image, picture, frame) {
  const small = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const brush = small.getContext("2d");
  if (!brush) return;
  const { left, top, width, height } = cropToShape(picture, frame.width / frame.height);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(image, left, top, Math.max(1, width), Math.max(1, height), 0, 0, SIDE, SIDE);
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, frame.width, frame.height);
}

/**
 * Lays pictures that are looked at together: their faces are of one size.
 * @param {Shown[]} pictures whose images are visible
 * @returns {number} the gap between the eyes, as a share of the frame's width
 */
export function layTogether(pictures) {
  const sized = pictures.map(({ image, face, copies }) => ({ image, face, picture: sizeOf(image, copies) }));
  const gap = sharedGap(sized);
  for (const { image, face, picture } of sized) layPicture(image, face, picture, gap);
  return gap;
}

/**
 * Return an arch with a picture, which the browser fetches shortly before it is visible. Until then, if the fetch fails
 * and where there is no picture, letters stand there.
 * @param {Portrait | null} portrait
 * @param {string} letters
 * @param {{width: number, alt?: string, density?: number}} how the arch's width, in pixels of the page
 */
export function archOf(portrait, letters, { width, alt = "", density }) {
  const initials = build("span", { className: "initials", textContent: letters, ariaHidden: "true" });
  const arch = build("span", { className: "arch" }, initials);
  if (!portrait) return arch;
  const image = build("img", { alt, loading: "lazy", decoding: "async", fetchPriority: "low" });
  image.onload = () => {
    initials.hidden = true;
    layPicture(image, portrait.face, sizeOf(image, portrait.images));
  };
  image.onerror = () => (image.hidden = true);
  image.src = copyFor(portrait, width, { density });
  arch.append(image);
  return arch;
}

/** @param {string} name */
export function initialsOf(name) {
  const parts = name.split(/\s+/).filter(Boolean);
  return [parts[0], parts.length > 1 ? parts[parts.length - 1] : ""].map((word) => [...(word ?? "")][0] ?? "").join("");
}

/**
 * How much wider than its frame a picture is shown.
 * @param {Face | null | undefined} face
 * @param {number} width the largest copy's
 */
function enlargementOf(face, width) {
  const picture = { width, height: width * TALLER };
  return face ? frameFace(face, picture, { width: 1, height: 1 }).scale * width : TALLER;
}

/** @param {Face} face @returns {[across: number, down: number]} in ratios of the picture */
const betweenEyes = ({ eyes: [left, right] }) => [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];

/** @param {HTMLImageElement} image @param {boolean} needed */
function showBehind(image, needed) {
  const earlier = image.previousElementSibling;
  if (earlier instanceof HTMLCanvasElement) earlier.remove();
  if (!needed) return;
  const canvas = Object.assign(document.createElement("canvas"), { className: "backdrop", ...BACKDROP });
  canvas.ariaHidden = "true";
  const context = canvas.getContext("2d");
  if (!context) return;
  paintBehind(context, image, { width: image.naturalWidth, height: image.naturalHeight }, BACKDROP);
  image.before(canvas);
}

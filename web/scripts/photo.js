/** Reading, cutting and re-encoding pictures on the visitor’s device. */
import { Problem } from "./api.js";
import "./words-more.js"; // has the words of the failures
import { cropAround, cropToShape, fitWithin } from "./geometry.js";

/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./geometry.js").Size} Size */
/**
 * A photograph as it is sent, and what it was made from. `url` shows it on this page.
 * @typedef {{original: Blob, jpeg: Blob, url: string, from: "file" | "camera" | "sample"}} Photo
 */

const LONGEST_SIDE = 1600;
/** The API refuses a picture whose shorter side has fewer pixels. */
const SHORTEST_SIDE = 80;
const QUALITY = 0.9;

/**
 * Re-encodes a picture as an upright JPEG without its metadata.
 * @param {Blob} original
 * @returns {Promise<Photo>}
 */
export async function readPhoto(original) {
  const picture = await decode(original);
  const jpeg = await encode(picture, { left: 0, top: 0, ...sizeOf(picture) });
  return photoOf(original, jpeg, "file");
}

/**
 * Return which part of a video the viewfinder shows, in pixels.
 * @param {HTMLVideoElement} video
 */
export function shownPart(video) {
  const frame = { width: video.videoWidth, height: video.videoHeight };
  return cropToShape(frame, video.clientWidth / video.clientHeight);
}

/**
 * Takes exactly what the viewfinder shows now, not mirrored, as other people see it.
 * @param {HTMLVideoElement} video
 */
export function takeFrame(video) {
  const { left, top, width, height } = shownPart(video);
  return createImageBitmap(video, left, top, width, height);
}

/**
 * Makes a photo of a frame that was taken, and closes the frame; without one, of what the viewfinder shows now.
 * @param {HTMLVideoElement} video
 * @param {ImageBitmap | null} frame
 * @returns {Promise<Photo>}
 */
export async function snapPhoto(video, frame) {
  const jpeg = frame ? await encode(frame, { left: 0, top: 0, ...sizeOf(frame) }) : await encode(video, shownPart(video));
  return photoOf(jpeg, jpeg, "camera");
}

/**
 * Cuts one face out of a photo, from the original's pixels.
 * @param {Photo} photo
 * @param {Box} face
 * @param {Box[]} others
 * @returns {Promise<Photo>}
 */
export async function cutOut(photo, face, others) {
  const picture = await decode(photo.original);
  const jpeg = await encode(picture, cropAround(face, others, sizeOf(picture)));
  return photoOf(jpeg, jpeg, photo.from);
}

/**
 * Turns a photo a quarter to the right, as it is sent.
 * @param {Photo} photo
 * @returns {Promise<Photo>}
 */
export async function turnPhoto(photo) {
  const picture = await createImageBitmap(photo.jpeg);
  const { width, height } = picture;
  const canvas = Object.assign(document.createElement("canvas"), { width: height, height: width });
  const context = canvas.getContext("2d");
  if (!context) throw new Problem("unsupported_image");
  context.transform(0, 1, -1, 0, height, 0);
  context.drawImage(picture, 0, 0);
  picture.close();
  const jpeg = await toJpeg(canvas);
  return photoOf(jpeg, jpeg, photo.from);
}

/** @param {Photo | null} photo */
export function releasePhoto(photo) {
  if (photo) URL.revokeObjectURL(photo.url);
}

/** @param {Blob} original @param {Blob} jpeg @param {Photo["from"]} from @returns {Photo} */
const photoOf = (original, jpeg, from) => ({ original, jpeg, url: URL.createObjectURL(jpeg), from });

/** @param {ImageBitmap | HTMLImageElement} picture @returns {Size} */
function sizeOf(picture) {
  return picture instanceof HTMLImageElement
    ? { width: picture.naturalWidth, height: picture.naturalHeight }
    : { width: picture.width, height: picture.height };
}

/**
 * @param {Blob} blob
 * @returns {Promise<ImageBitmap | HTMLImageElement>} upright
 */
async function decode(blob) {
  try {
    return await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    return decodeAsImage(blob); // some Safaris open HEIC here only
  }
}

/** @param {Blob} blob */
async function decodeAsImage(blob) {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
    if (image.naturalWidth) return image;
  } catch {
    // The problem is thrown below.
  } finally {
    URL.revokeObjectURL(image.src);
  }
  throw new Problem((await isHeic(blob)) ? "heic_image" : "unsupported_image");
}

/**
 * Reads the file's first bytes, because its name and type are often missing or wrong.
 * @param {Blob} blob
 */
async function isHeic(blob) {
  return /^ftyp(he[iv]|mif1|msf1)/.test(await blob.slice(4, 12).text());
}

/**
 * @param {CanvasImageSource} picture
 * @param {Box} part in pixels
 * @returns {Promise<Blob>}
 */
async function encode(picture, { left, top, width, height }) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, fitWithin({ width, height }, LONGEST_SIDE, SHORTEST_SIDE));
  const context = canvas.getContext("2d");
  if (!context) throw new Problem("unsupported_image");
  context.fillStyle = "#fff"; // under transparent PNGs
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, left, top, width, height, 0, 0, canvas.width, canvas.height);
  if ("close" in picture) picture.close();
  return toJpeg(canvas);
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
async function toJpeg(canvas) {
  const blob = await new Promise((/** @type {BlobCallback} */ resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Problem("unsupported_image");
  return blob;
}

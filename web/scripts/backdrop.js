/** What stands behind a picture that does not fill its frame: the same picture, blurred. */
import { cropToShape } from "./geometry.js";

/** @typedef {import("./geometry.js").Size} Size */

/** A backdrop has this many pixels to a side before it is enlarged, which blurs it. */
const SIDE = 8;

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

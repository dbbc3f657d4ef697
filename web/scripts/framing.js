/**
 * Where a picture lies in a frame, so that the eyes of its face stand at the same places as in every other frame.
 *
 * `frameFace` returns one similarity: a scale, a turn and a shift. The page's pictures get it as CSS (framed-picture.js),
 * the poster gets it as a canvas matrix. Pictures that are compared get the same `gap` between the eyes:
 *
 *     const gap = sharedGap([{ face, picture }, { face: other, picture: another }]);
 *     const placed = frameFace(face, picture, frame, gap);
 *     if (!placed.covers) paintBehind(context, image, picture, frame); // of framed-picture.js: else the corners stay empty
 *     context.transform(...matrixOf(placed)); // after a translation to the frame's top left, and a clip
 *     context.drawImage(image, 0, 0, picture.width, picture.height);
 */

/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./geometry.js").Size} Size */
/** @typedef {[x: number, y: number]} Point */
/**
 * A face in ratios of the picture as a browser shows it; first the eye that is on the left when the face is upright.
 * @typedef {{box: Box, eyes: [Point, Point]}} Face
 */
/**
 * A point p of the picture is at `scale` × (p turned by `turn` radians, clockwise) + (`x`, `y`) of the frame. `covers`
 * says whether the picture fills the frame, `eyes` where the eyes are in the frame.
 * @typedef {{scale: number, turn: number, x: number, y: number, covers: boolean, eyes: [Point, Point] | null}} Placed
 */

/** The distance between the eyes, as a share of the frame's width: the face takes about six tenths of it. */
const GAP = 0.27;
/** Where the line of the eyes is, as a share of the frame's height: hair above, chin and neck below. */
const EYE_LINE = 0.46;
/** Where a picture without a known face is cut, as "object-position: 50% 22%" does: heads are up. */
const HEADROOM = 0.22;
/** A face of fewer pixels across is not enlarged to fill: it is enlarged as much as a face of so many would be. */
const SMALL_FACE = 60;
/** The widest that a face may be in the frame. A face turned aside has its eyes close together. */
const WIDEST_FACE = 0.85;

/**
 * Return how the picture lies in the frame: the eyes level, at their places, `gap` apart. Without a face, the picture
 * covers the frame as before faces were known.
 * @param {Face | null | undefined} face
 * @param {Size} picture the largest copy's, in pixels
 * @param {Size} frame in any unit
 * @param {number} [gap] between the eyes, as a share of the frame's width
 * @returns {Placed}
 */
export function frameFace(face, picture, frame, gap = gapOf(face, picture)) {
  if (!face || !isMeasurable(face, picture)) return coverFrame(picture, frame);
  const [left, right] = face.eyes.map(([x, y]) => /** @type {Point} */ ([x * picture.width, y * picture.height]));
  if (!left || !right) return coverFrame(picture, frame);
  const apart = /** @type {Point} */ ([right[0] - left[0], right[1] - left[1]]);
  const scale = (gap * frame.width) / Math.hypot(...apart);
  const turn = 0 - Math.atan2(apart[1], apart[0]);
  const [x, y] = turned([(left[0] + right[0]) / 2, (left[1] + right[1]) / 2], turn);
  const placed = { scale, turn, x: frame.width / 2 - scale * x, y: frame.height * EYE_LINE - scale * y };
  return { ...placed, covers: isCovered(placed, picture, frame), eyes: eyePlaces(frame, gap) };
}

/**
 * Return where the eyes stand in a frame.
 * @param {Size} frame
 * @param {number} [gap]
 * @returns {[Point, Point]}
 */
export function eyePlaces(frame, gap = GAP) {
  const y = frame.height * EYE_LINE;
  return [[frame.width * (0.5 - gap / 2), y], [frame.width * (0.5 + gap / 2), y]];
}

/**
 * Return how far apart the eyes may be, as a share of the frame's width: less where the face is small or in profile.
 * @param {Face | null | undefined} face
 * @param {Pick<Size, "width"> & Partial<Size>} picture the largest copy's, in pixels; without a height it counts as square
 * @returns {number}
 */
export function gapOf(face, { width, height = width }) {
  if (!face || !isMeasurable(face, { width, height })) return GAP;
  const across = face.box.width * width;
  return Math.min(GAP * Math.min(1, across / SMALL_FACE), WIDEST_FACE * eyesApart(face, { width, height }) / across);
}

/**
 * Return whether a face has enough pixels to be looked at closely.
 * @param {Face | null | undefined} face
 * @param {Size} picture the largest copy's, in pixels
 */
export const isLarge = (face, picture) =>
  Boolean(face && isMeasurable(face, picture) && face.box.width * picture.width >= SMALL_FACE);

/**
 * Return the gap at which pictures that are compared show their faces of one size.
 * @param {{face: Face | null | undefined, picture: Pick<Size, "width"> & Partial<Size>}[]} pictures
 * @returns {number}
 */
export const sharedGap = (pictures) => Math.min(...pictures.map(({ face, picture }) => gapOf(face, picture)));

/**
 * Return a placement as `CanvasRenderingContext2D.transform` and CSS `matrix()` take it.
 * @param {Placed} placed
 * @returns {[a: number, b: number, c: number, d: number, e: number, f: number]}
 */
export function matrixOf({ scale, turn, x, y }) {
  const [cos, sin] = [scale * Math.cos(turn), scale * Math.sin(turn)];
  return [cos, sin, -sin, cos, x, y];
}

/**
 * What "object-fit: cover; object-position: 50% 22%" shows.
 * @param {Size} picture
 * @param {Size} frame
 * @returns {Placed}
 */
function coverFrame(picture, frame) {
  const scale = Math.max(frame.width / picture.width, frame.height / picture.height);
  const x = (frame.width - scale * picture.width) / 2;
  const y = (frame.height - scale * picture.height) * HEADROOM;
  return { scale, turn: 0, x, y, covers: true, eyes: null };
}

/**
 * @param {Omit<Placed, "covers" | "eyes">} placed
 * @param {Size} picture
 * @param {Size} frame
 */
function isCovered({ scale, turn, x, y }, picture, frame) {
  return [[0, 0], [frame.width, 0], [0, frame.height], [frame.width, frame.height]].every(([cornerX = 0, cornerY = 0]) => {
    const [across, down] = turned([(cornerX - x) / scale, (cornerY - y) / scale], -turn);
    return across >= 0 && down >= 0 && across <= picture.width && down <= picture.height;
  });
}

/** @param {Face} face @param {Size} picture the distance of the eyes, in pixels */
function eyesApart({ eyes: [left, right] }, { width, height }) {
  return Math.hypot((right[0] - left[0]) * width, (right[1] - left[1]) * height);
}

/** Whether there are two eyes to go by, and not one point. @param {Face} face @param {Size} picture */
const isMeasurable = (face, picture) => eyesApart(face, picture) >= 1;

/** @param {Point} point @param {number} turn @returns {Point} */
function turned([x, y], turn) {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return [x * cos - y * sin, x * sin + y * cos];
}

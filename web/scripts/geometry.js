/** The arithmetic of boxes and sizes: what to cut out of a picture, and how large to make it. */

/** @typedef {{left: number, top: number, width: number, height: number}} Box */
/** @typedef {{width: number, height: number}} Size */

/** Room on each side of a chosen face, as a share of the face: a detector wants hair, chin and ears. */
const ROOM = 0.7;

/**
 * Return the size that fits a longest side; small pictures stay as they are. The shorter side is not reduced below the
 * shortest: a picture that is many times as wide as high, or the reverse, stays longer.
 * @param {Size} size
 * @param {number} longest
 * @param {number} [shortest]
 * @returns {Size}
 */
export function fitWithin({ width, height }, longest, shortest = 0) {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const scale = Math.min(1, short < shortest ? longest / long : Math.max(longest / long, shortest / short));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Return the middle of a picture in another shape: what "object-fit: cover" shows of it.
 * @param {Size} size
 * @param {number} shape width divided by height
 * @returns {Box} whole pixels
 */
export function cropToShape({ width, height }, shape) {
  const kept = { width: Math.min(width, Math.round(height * shape)), height: Math.min(height, Math.round(width / shape)) };
  return { left: Math.floor((width - kept.width) / 2), top: Math.floor((height - kept.height) / 2), ...kept };
}

/**
 * Return what to cut out around one face: with generous room, inside the picture, and without the other faces if
 * that does not cut into the chosen one.
 * @param {Box} face in ratios of the picture, as are the others
 * @param {Box[]} others
 * @param {Size} size of the picture, in pixels
 * @returns {Box} whole pixels
 */
export function cropAround(face, others, size) {
  const chosen = toEdges(face, size);
  const roomX = face.width * size.width * ROOM;
  const roomY = face.height * size.height * ROOM;
  let crop = {
    left: Math.max(0, chosen.left - roomX),
    top: Math.max(0, chosen.top - roomY),
    right: Math.min(size.width, chosen.right + roomX),
    bottom: Math.min(size.height, chosen.bottom + roomY),
  };
  for (const other of others.map((box) => toEdges(box, size))) {
    if (!overlap(crop, other)) continue;
    const cuts = [
      { ...crop, left: other.right },
      { ...crop, right: other.left },
      { ...crop, top: other.bottom },
      { ...crop, bottom: other.top },
    ].filter((cut) => contains(cut, chosen));
    crop = cuts.sort((a, b) => area(b) - area(a))[0] ?? crop;
  }
  const left = Math.max(0, Math.floor(Math.min(crop.left, chosen.left)));
  const top = Math.max(0, Math.floor(Math.min(crop.top, chosen.top)));
  return {
    left,
    top,
    width: Math.max(1, Math.floor(crop.right) - left),
    height: Math.max(1, Math.floor(crop.bottom) - top),
  };
}

/** @typedef {{left: number, top: number, right: number, bottom: number}} Edges */

/**
 * @param {Box} box in ratios
 * @param {Size} size
 * @returns {Edges} in pixels, inside the picture
 */
function toEdges(box, { width, height }) {
  return {
    left: Math.max(0, box.left * width),
    top: Math.max(0, box.top * height),
    right: Math.min(width, (box.left + box.width) * width),
    bottom: Math.min(height, (box.top + box.height) * height),
  };
}

/** @param {Edges} a @param {Edges} b */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** @param {Edges} outer @param {Edges} inner */
const contains = (outer, inner) =>
  outer.left <= inner.left && outer.right >= inner.right && outer.top <= inner.top && outer.bottom >= inner.bottom;

/** @param {Edges} box */
const area = (box) => (box.right - box.left) * (box.bottom - box.top);

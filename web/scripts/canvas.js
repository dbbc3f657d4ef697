/** Painting on a canvas: surfaces, lights and lines of text. */

/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {[x: number, y: number]} Point */
/** @typedef {[at: number, colour: string]} Stop */
/** @typedef {[text: string, font: string, colour: string, spacing?: number]} Words in one type */

/** @param {Context} context @param {Point[]} points @param {number} radius */
export function paintBulbs(context, points, radius) {
  for (const [x, y] of points) {
    const glow = context.createRadialGradient(x, y, radius, x, y, radius * 3);
    disc(context, x, y, radius * 3, shade(glow, [0, "#ffc35a73"], [1, "#ffc35a00"]));
    disc(context, x, y, radius, shade(context.createRadialGradient(x, y, 0, x, y, radius), [0.3, "#fff3cf"], [1, "#e7c06a"]));
  }
}

/** @param {Context} context @param {number} x @param {number} y @param {number} radius @param {string | CanvasGradient} paint */
export function disc(context, x, y, radius, paint) {
  context.fillStyle = paint;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** @param {Context} context @param {string | CanvasGradient} paint @param {number} x @param {number} y @param {number} width @param {number} height */
export function fill(context, paint, x, y, width, height) {
  context.fillStyle = paint;
  context.fillRect(x, y, width, height);
}

/** @param {CanvasGradient} gradient @param {...Stop} stops */
export function shade(gradient, ...stops) {
  for (const [at, colour] of stops) gradient.addColorStop(at, colour);
  return gradient;
}

/**
 * Writes one line around a middle, in one or more types.
 * @param {Context} context
 * @param {number} middle
 * @param {number} baseline
 * @param {...Words} parts
 */
export function write(context, middle, baseline, ...parts) {
  const widths = parts.map(([text, font, , spacing]) => widthOf(context, text, font, spacing));
  let x = middle - widths.reduce((sum, width) => sum + width) / 2;
  parts.forEach(([text, font, colour, spacing], place) => {
    writeFrom(context, x, baseline, text, font, colour, spacing);
    x += widths[place] ?? 0;
  });
}

/**
 * Writes one line from its left end.
 * @param {Context} context
 * @param {number} left
 * @param {number} baseline
 * @param {Words} words
 */
export function writeFrom(context, left, baseline, ...[text, font, colour, spacing]) {
  widthOf(context, text, font, spacing);
  context.fillStyle = colour;
  context.fillText(text, left, baseline);
}

/** @param {Context} context @param {string} text @param {string} font @param {number} [spacing] */
export function widthOf(context, text, font, spacing = 0) {
  context.font = font;
  context.letterSpacing = `${spacing}px`;
  return context.measureText(text).width;
}

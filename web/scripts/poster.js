/** Drawing the poster of a match. */
import { creditOf, cropToArch, fitName, setCredit } from "./poster-layout.js";
import { numberOf, resemblanceHeadline } from "./resemblance.js";
import { more } from "./words-more.js";
import { words } from "./words.js";

/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {{celebrity: Celebrity, selfieUrl: string | null}} Billing whose poster it is */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {ImageBitmap | HTMLImageElement} Picture */
/** @typedef {[x: number, y: number]} Point */
/** @typedef {[at: number, colour: string]} Stop */

const WIDTH = 1080;
const HEIGHT = 1350;
const MIDDLE = WIDTH / 2;
const COLUMN = 936;
const ARCH = { width: 404, height: 505, top: 140, apart: 96 };
const APRON = 734;
const NAME = { width: 904, largest: 144, twoLinesFrom: 84, smallest: 44, leading: 1.08 };
const CREDIT = { size: 22, leading: 30, bottom: 1312 };
const METER = 20;
const PICTURES_WITHIN_MS = 20_000;

/** The page's colours by night: a poster has one look, whatever the page's is. */
const INK = "#12111a";
const CREAM = "#f5eedf";
const SOFT = "#bdb3c2";
const GOLD = "#e7c06a";
const UNLIT = "#39344a";
const SERIF = getComputedStyle(document.documentElement).getPropertyValue("--serif");
const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/**
 * Draws the poster of a match. It reads the two pictures, and sends nothing.
 * @param {Billing} billing
 * @returns {Promise<Blob>} a PNG
 */
export async function drawPoster({ celebrity, selfieUrl }) {
  const urls = selfieUrl === null ? [celebrity.image_url] : [selfieUrl, celebrity.image_url];
  const pictures = await Promise.all(urls.map(openPicture));
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  paintStage(context);
  paintArches(context, pictures);
  paintBill(context, celebrity);
  const blob = await new Promise((/** @type {BlobCallback} */ resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("no PNG");
  return blob;
}

/**
 * Opens a picture in a way that leaves the canvas readable.
 * @param {string} url
 * @returns {Promise<Picture>}
 */
async function openPicture(url) {
  if (url.startsWith("blob:")) {
    // The photo just taken: connect-src forbids fetching it, and an element with the page's own blob leaves the canvas clean.
    const image = Object.assign(new Image(), { src: url });
    await image.decode();
    return image;
  }
  // Past the cache: it holds S3's answer to the stage's <img>, which sent no Origin. That answer has no CORS headers,
  // so the browser would refuse it here.
  const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PICTURES_WITHIN_MS) });
  if (!answer.ok) throw new Error(`picture: ${answer.status}`);
  return createImageBitmap(await answer.blob(), { imageOrientation: "from-image" });
}

/**
 * Night, two searchlights, and the curtain drawn aside.
 * @param {Context} context
 */
function paintStage(context) {
  const flood = (/** @type {string | CanvasGradient} */ paint) => fill(context, paint, 0, 0, WIDTH, HEIGHT);
  flood(INK);
  for (const side of [-1, 1]) {
    const beam = context.createConicGradient(Math.PI / 2, MIDDLE + side * 560, -150);
    const turn = (/** @type {number} */ turns) => (side < 0 ? 1 - turns : turns);
    flood(shade(beam, [turn(0.03), "#ffcf7a00"], [turn(0.078), "#ffcf7a59"], [turn(0.135), "#ffcf7a00"]));
  }
  flood(shade(context.createRadialGradient(MIDDLE, 520, 0, MIDDLE, 520, 640), [0, "#8a5a2a80"], [1, "#8a5a2a00"]));
  flood(shade(context.createLinearGradient(0, 300, 0, APRON + 30), [0, `${INK}00`], [1, INK]));
  for (const x of [0, WIDTH - 44]) {
    for (const fold of [0, 1, 2, 3]) {
      const left = x + fold * 11;
      const velvet = context.createLinearGradient(left, 0, left + 11, 0);
      fill(context, shade(velvet, [0, "#4b0d1b"], [0.5, "#7e1c31"], [0.65, "#93283c"], [1, "#4b0d1b"]), left, 0, 11, HEIGHT);
    }
  }
  flood(shade(context.createLinearGradient(0, APRON, 0, HEIGHT), [0, `${INK}00`], [1, INK]));
  const apron = context.createLinearGradient(WIDTH - COLUMN, 0, COLUMN, 0);
  fill(context, shade(apron, [0, `${GOLD}00`], [0.5, GOLD], [1, `${GOLD}00`]), 0, APRON, WIDTH, 2);
  write(context, MIDDLE, 86, ["You’re My ", `500 40px ${SERIF}`, CREAM], ["Celebrity", `italic 500 40px ${SERIF}`, GOLD]);
}

/**
 * You and your double, or where there is no selfie any more your double alone.
 * @param {Context} context
 * @param {Picture[]} pictures
 */
function paintArches(context, pictures) {
  const { width, height, top, apart } = ARCH;
  pictures.forEach((picture, place) => {
    const left = MIDDLE + (place - pictures.length / 2) * (width + apart) + apart / 2;
    const arch = (/** @type {number} */ room) => {
      const path = new Path2D();
      const round = width / 2 + room;
      path.roundRect(left - room, top - room, width + 2 * room, height + 2 * room, [round, round, 8, 8]);
      return path;
    };
    context.save();
    context.shadowColor = `${GOLD}99`;
    context.shadowBlur = 90;
    context.fillStyle = INK;
    context.fill(arch(11));
    context.restore();

    context.save();
    context.clip(arch(0));
    fill(context, CREAM, left, top, width, height); // under transparent PNGs
    const size = "naturalWidth" in picture ? { width: picture.naturalWidth, height: picture.naturalHeight } : picture;
    const crop = cropToArch(size, width / height);
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, crop.left, crop.top, crop.width, crop.height, left, top, width, height);
    context.restore();
    if ("close" in picture) picture.close();

    context.strokeStyle = GOLD;
    context.lineWidth = 3;
    context.stroke(arch(1));
    context.lineWidth = 1.5;
    context.stroke(arch(11));
    paintBulbs(context, along(left, 26, 41), 5);
    const caption = pictures.length > 1 && place === 0 ? words.stage.you : words.stage.your_double;
    write(context, left + width / 2, top + height + 54, [caption, `italic 30px ${SERIF}`, SOFT]);
  });
}

/**
 * Who it is, how close, and whose portrait; from the bottom up, because the name has what room is left.
 * @param {Context} context
 * @param {Celebrity} celebrity
 */
function paintBill(context, celebrity) {
  const { name, resemblance, attribution } = celebrity;
  const small = `${CREDIT.size}px ${SANS}`;
  const credit = setCredit(creditOf(attribution), COLUMN, (text) => widthOf(context, text, small));
  const top = CREDIT.bottom - credit.length * CREDIT.leading;
  credit.forEach((line, place) => write(context, MIDDLE, top + (place + 0.75) * CREDIT.leading, [line, small, SOFT]));

  const title = fitName(name, NAME, (text, size) => widthOf(context, text, `500 ${size}px ${SERIF}`));
  const leading = title.size * NAME.leading;
  let y = (APRON + top - title.lines.length * leading - 216) / 2;
  write(context, MIDDLE, y += 24, [more.poster.kicker, `600 24px ${SANS}`, GOLD, 4]);
  y += 18 - title.size * 0.24;
  for (const line of title.lines) write(context, MIDDLE, y += leading, [line, `500 ${title.size}px ${SERIF}`, CREAM]);
  y += title.size * 0.24 + 82;
  const { lead, rest } = numberOf(celebrity);
  write(context, MIDDLE, y, [lead, `500 84px ${SERIF}`, GOLD], [` ${rest}`, `italic 32px ${SERIF}`, SOFT]);
  y += 38;
  const bulbs = Array.from({ length: METER }, (_, place) => /** @type {Point} */ ([MIDDLE + (place - (METER - 1) / 2) * 26, y]));
  const lit = Math.floor(resemblance * METER / 100);
  for (const [x] of bulbs.slice(lit)) disc(context, x, y, 6, UNLIT);
  paintBulbs(context, bulbs.slice(0, lit), 6);
  write(context, MIDDLE, y + 62, [resemblanceHeadline(resemblance), `italic 500 42px ${SERIF}`, CREAM]);
}

/**
 * Points at even distances along an arch, from foot to foot.
 * @param {number} left
 * @param {number} room between the arch and the points
 * @param {number} count
 * @returns {Point[]}
 */
function along(left, room, count) {
  const middle = left + ARCH.width / 2;
  const radius = ARCH.width / 2 + room;
  const foot = ARCH.top + ARCH.height;
  const straight = ARCH.height - ARCH.width / 2;
  const length = 2 * straight + Math.PI * radius;
  return Array.from({ length: count }, (_, place) => {
    const walked = (place / (count - 1)) * length;
    if (walked < straight) return [middle - radius, foot - walked];
    if (walked > length - straight) return [middle + radius, foot - (length - walked)];
    const angle = (walked - straight) / radius;
    return [middle - radius * Math.cos(angle), foot - straight - radius * Math.sin(angle)];
  });
}

/** @param {Context} context @param {Point[]} points @param {number} radius */
function paintBulbs(context, points, radius) {
  for (const [x, y] of points) {
    disc(
      context,
      x,
      y,
      radius * 3,
      shade(context.createRadialGradient(x, y, radius, x, y, radius * 3), [0, "#ffc35a73"], [1, "#ffc35a00"]),
    );
    disc(context, x, y, radius, shade(context.createRadialGradient(x, y, 0, x, y, radius), [0.3, "#fff3cf"], [1, GOLD]));
  }
}

/** @param {Context} context @param {number} x @param {number} y @param {number} radius @param {string | CanvasGradient} paint */
function disc(context, x, y, radius, paint) {
  context.fillStyle = paint;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** @param {Context} context @param {string | CanvasGradient} paint @param {number} x @param {number} y @param {number} width @param {number} height */
function fill(context, paint, x, y, width, height) {
  context.fillStyle = paint;
  context.fillRect(x, y, width, height);
}

/** @param {CanvasGradient} gradient @param {...Stop} stops */
function shade(gradient, ...stops) {
  for (const [at, colour] of stops) gradient.addColorStop(at, colour);
  return gradient;
}

/**
 * Writes one line around a middle, in one or more types.
 * @param {Context} context
 * @param {number} middle
 * @param {number} baseline
 * @param {...[text: string, font: string, colour: string, spacing?: number]} parts
 */
function write(context, middle, baseline, ...parts) {
  const widths = parts.map(([text, font, , spacing]) => widthOf(context, text, font, spacing));
  let x = middle - widths.reduce((sum, width) => sum + width) / 2;
  parts.forEach(([text, font, colour, spacing], place) => {
    widthOf(context, text, font, spacing);
    context.fillStyle = colour;
    context.fillText(text, x, baseline);
    x += widths[place] ?? 0;
  });
}

/** @param {Context} context @param {string} text @param {string} font @param {number} [spacing] */
function widthOf(context, text, font, spacing = 0) {
  context.font = font;
  context.letterSpacing = `${spacing}px`;
  return context.measureText(text).width;
}

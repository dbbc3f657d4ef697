/** Drawing the poster of a match. */
import { disc, fill, paintBulbs, shade, widthOf, write, writeFrom } from "./canvas.js";
import { paintBehind } from "./framed-picture.js";
import { frameFace, matrixOf, sharedGap } from "./framing.js";
import { BULBS, litBulbs, numberToShare, resemblanceHeadline } from "./match-words.js";
import { byLabels, byWords, creditOf, fitText, FORMATS, setCredit } from "./poster-layout.js";
import { qrCode } from "./qr-code.js";
import { more } from "./words-more.js";
import { words } from "./words.js";

/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {import("./canvas.js").Context} Context */
/** @typedef {import("./canvas.js").Point} Point */
/** @typedef {import("./framing.js").Face} Face */
/** @typedef {import("./page-address.js").PageAddress} PageAddress */
/** @typedef {import("./geometry.js").Size} Size */
/** @typedef {import("./poster-layout.js").Format} Format */
/** @typedef {keyof typeof FORMATS} FormatName */
/** @typedef {{celebrity: Celebrity, selfieUrl: string | null, selfieFace?: Face | null}} Billing whose poster it is, and the photo beside them */
/** @typedef {ImageBitmap | HTMLImageElement} Picture */

const COLUMN = 936;
const NAME = { width: 904, largest: 144, severalLinesFrom: 84, wholeFrom: 30, leading: 1.08 };
/** The foot's left part, up to `width`, has the code, the question and the address; the right part has the credit. */
const CALL = { width: 476, size: 32, leading: 38 };
const ADDRESS = { height: 70, leading: 1.2, largest: 28, severalLinesFrom: 24, wholeFrom: 16 };
const CREDIT = { width: 440, size: 17, leading: 24 };
const QUIET_ZONE = 4;
const PICTURES_WITHIN_MS = 20_000;
/** Every app takes a picture of this size, and a slow connection sends it in seconds. */
const MOST_BYTES = 400_000;
const QUALITIES = [0.92, 0.85, 0.75, 0.6, 0.4];

/** The page's colours by night: a poster has one look, by day and by night. */
const INK = "#12111a";
const CREAM = "#f5eedf";
const SOFT = "#bdb3c2";
const GOLD = "#e7c06a";
const UNLIT = "#39344a";
const SERIF = getComputedStyle(document.documentElement).getPropertyValue("--serif");
const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/**
 * Fetches the pictures of a poster: the selfie, if there still is one, and the portrait.
 * @param {Billing} billing
 * @returns {Promise<Picture[]>}
 */
export function openPictures({ celebrity, selfieUrl }) {
  const urls = selfieUrl === null ? [celebrity.image_url] : [selfieUrl, celebrity.image_url];
  return Promise.all(urls.map(openPicture));
}

/**
 * Draws the poster of a match, and sends nothing.
 * @param {Billing} billing
 * @param {Picture[]} pictures
 * @param {FormatName} name
 * @param {PageAddress} address of the page, for those who see the poster
 * @returns {Promise<{jpeg: Blob, png: () => Promise<Blob>}>}
 */
export async function drawPoster({ celebrity, selfieFace }, pictures, name, address) {
  const format = FORMATS[name];
  const code = address.isPublic ? await qrCode(address.url) : null;
  const canvas = Object.assign(document.createElement("canvas"), { width: format.width, height: format.height });
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  paintStage(context, format);
  // Of two pictures the selfie comes first, and the portrait always last.
  const faces = [selfieFace, celebrity.face].slice(-pictures.length);
  paintArches(context, format, pictures.map((image, place) => ({ image, picture: sizeOf(image), face: faces[place] })));
  paintBill(context, format, celebrity);
  paintFoot(context, format, celebrity, address.isPublic ? address.label : "", code);
  return { jpeg: await encodeWithin(canvas, MOST_BYTES), png: () => encode(canvas, "image/png") };
}

/**
 * Return the best JPEG of a canvas that has at most so many bytes.
 * @param {HTMLCanvasElement} canvas
 * @param {number} most
 */
async function encodeWithin(canvas, most) {
  for (const quality of QUALITIES) {
    const jpeg = await encode(canvas, "image/jpeg", quality);
    if (jpeg.size <= most) return jpeg;
  }
  throw new Error("no JPEG is small enough");
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} type
 * @param {number} [quality]
 * @returns {Promise<Blob>}
 */
async function encode(canvas, type, quality) {
  const blob = await new Promise((/** @type {BlobCallback} */ resolve) => canvas.toBlob(resolve, type, quality));
  if (!blob) throw new Error(`no ${type}`);
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
 * @param {Format} format
 */
function paintStage(context, { width, height, title, arch, apron, footlights }) {
  const middle = width / 2;
  const glow = arch.top + 380;
  const flood = (/** @type {string | CanvasGradient} */ paint) => fill(context, paint, 0, 0, width, height);
  flood(INK);
  for (const side of [-1, 1]) {
    const beam = context.createConicGradient(Math.PI / 2, middle + side * 560, -150);
    const turn = (/** @type {number} */ turns) => (side < 0 ? 1 - turns : turns);
    flood(shade(beam, [turn(0.03), "#ffcf7a00"], [turn(0.078), "#ffcf7a59"], [turn(0.135), "#ffcf7a00"]));
  }
  flood(shade(context.createRadialGradient(middle, glow, 0, middle, glow, 640), [0, "#8a5a2a80"], [1, "#8a5a2a00"]));
  flood(shade(context.createLinearGradient(0, arch.top + 160, 0, apron + 30), [0, `${INK}00`], [1, INK]));
  for (const x of [0, width - 44]) {
    for (const fold of [0, 1, 2, 3]) {
      const left = x + fold * 11;
      const velvet = context.createLinearGradient(left, 0, left + 11, 0);
      fill(context, shade(velvet, [0, "#4b0d1b"], [0.5, "#7e1c31"], [0.65, "#93283c"], [1, "#4b0d1b"]), left, 0, 11, height);
    }
  }
  flood(shade(context.createLinearGradient(0, apron, 0, height), [0, `${INK}00`], [1, INK]));
  paintRule(context, width, apron, COLUMN);
  if (footlights) paintBulbs(context, Array.from({ length: 17 }, (_, place) => [middle + (place - 8) * 56, footlights]), 6);
  const { baseline, size } = title;
  write(context, middle, baseline, ["You’re My ", `500 ${size}px ${SERIF}`, CREAM], [
    "Celebrity",
    `italic 500 ${size}px ${SERIF}`,
    GOLD,
  ]);
}

/**
 * A gilt line that fades towards its ends.
 * @param {Context} context
 * @param {number} width of the poster
 * @param {number} y
 * @param {number} length
 */
function paintRule(context, width, y, length) {
  const rule = context.createLinearGradient(width - length, 0, length, 0);
  fill(context, shade(rule, [0, `${GOLD}00`], [0.5, GOLD], [1, `${GOLD}00`]), 0, y, width, 2);
}

/**
 * You and your double, or where there is no selfie any more your double alone.
 * @param {Context} context
 * @param {Format} format
 * @param {{image: Picture, picture: Size, face: Face | null | undefined}[]} seats
 */
function paintArches(context, format, seats) {
  const { width, height, top, apart } = format.arch;
  const gap = sharedGap(seats);
  seats.forEach(({ image, picture, face }, place) => {
    const left = format.width / 2 + (place - seats.length / 2) * (width + apart) + apart / 2;
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

    const placed = frameFace(face, picture, format.arch, gap);
    context.save();
    context.clip(arch(0));
    fill(context, CREAM, left, top, width, height); // under transparent PNGs
    context.translate(left, top);
    if (!placed.covers) paintBehind(context, image, picture, format.arch);
    context.imageSmoothingQuality = "high";
    context.transform(...matrixOf(placed));
    context.drawImage(image, 0, 0, picture.width, picture.height);
    context.restore();

    context.strokeStyle = GOLD;
    context.lineWidth = 3;
    context.stroke(arch(1));
    context.lineWidth = 1.5;
    context.stroke(arch(11));
    paintBulbs(context, along(format.arch, left, 26, 41), 5);
    const caption = seats.length > 1 && place === 0 ? words.stage.you : words.stage.your_double;
    write(context, left + width / 2, top + height + 54, [caption, `italic 30px ${SERIF}`, SOFT]);
  });
}

/** @param {Picture} image @returns {Size} in pixels */
const sizeOf = (image) => "naturalWidth" in image ? { width: image.naturalWidth, height: image.naturalHeight } : image;

/**
 * Who it is, and how close, around the middle between the apron and the foot.
 * @param {Context} context
 * @param {Format} format
 * @param {Celebrity} celebrity
 */
function paintBill(context, { width, apron, foot }, celebrity) {
  const middle = width / 2;
  const number = numberToShare(celebrity);
  const [kicker, verdict] = [42, number ? 200 : 0];
  const height = foot.top - apron - 66 - kicker - verdict;
  const measure = (/** @type {string} */ text, /** @type {number} */ size) => widthOf(context, text, `500 ${size}px ${SERIF}`);
  const title = fitText(byWords(celebrity.name), { ...NAME, height }, measure);
  const leading = title.size * NAME.leading;
  let y = apron + 30 + (height - title.lines.length * leading) / 2;
  const above = celebrity.rank === 1 ? more.poster.kicker : more.poster.kicker_other;
  write(context, middle, y += 24, [above, `600 24px ${SANS}`, GOLD, 4]);
  y += kicker - 24 - title.size * 0.24;
  for (const line of title.lines) write(context, middle, y += leading, [line, `500 ${title.size}px ${SERIF}`, CREAM]);
  if (number) paintVerdict(context, middle, y + title.size * 0.24, celebrity, number);
}

/**
 * How close they are: in a number, in lights and in words.
 * @param {Context} context
 * @param {number} middle
 * @param {number} top
 * @param {Celebrity} celebrity
 * @param {{lead: string, rest: string}} number
 */
function paintVerdict(context, middle, top, celebrity, { lead, rest }) {
  const full = widthOf(context, lead, `500 84px ${SERIF}`) + widthOf(context, ` ${rest}`, `italic 32px ${SERIF}`);
  const share = Math.min(1, COLUMN / full); // a large number, in the words of some languages, is reduced
  const [large, small] = [`500 ${84 * share}px ${SERIF}`, `italic 400 ${32 * share}px ${SERIF}`];
  write(context, middle, top + 80, [lead, large, GOLD], [` ${rest}`, small, SOFT]);
  const bulbs = Array.from(
    { length: BULBS },
    (_, place) => /** @type {Point} */ ([middle + (place - (BULBS - 1) / 2) * 26, top + 118]),
  );
  const lit = litBulbs(celebrity.resemblance);
  for (const [x, y] of bulbs.slice(lit)) disc(context, x, y, 6, UNLIT);
  paintBulbs(context, bulbs.slice(0, lit), 6);
  write(context, middle, top + 180, [resemblanceHeadline(celebrity), `italic 500 42px ${SERIF}`, CREAM]);
}

/**
 * Where others find their own double, and whose portrait this is.
 * @param {Context} context
 * @param {Format} format
 * @param {Celebrity} celebrity
 * @param {string} label of the page's address; empty where it leads nowhere for others
 * @param {boolean[][] | null} code
 */
function paintFoot(context, { width, foot }, { attribution }, label, code) {
  const [left, right] = [(width - COLUMN) / 2, (width + COLUMN) / 2];
  paintRule(context, width, foot.top - 24, COLUMN);

  const indent = code ? paintCode(context, left, foot, code) + 22 : 0;
  const measure = (/** @type {string} */ text, /** @type {number} */ size) => widthOf(context, text, `600 ${size}px ${SANS}`);
  const address = label ? fitText(byLabels(label), { ...ADDRESS, width: CALL.width - indent }, measure) : { size: 0, lines: [] };
  const [step, half] = [address.size * ADDRESS.leading, foot.height / 2];
  let y = foot.top + half - (more.poster.question.length * CALL.leading + 8 + address.lines.length * step) / 2 - 6;
  for (const line of more.poster.question) {
    writeFrom(context, left + indent, y += CALL.leading, line, `italic 500 ${CALL.size}px ${SERIF}`, GOLD);
  }
  y += 8;
  for (const line of address.lines) writeFrom(context, left + indent, y += step, line, `600 ${address.size}px ${SANS}`, CREAM);

  const small = `${CREDIT.size}px ${SANS}`;
  const credit = setCredit(creditOf(attribution), CREDIT.width, (text) => widthOf(context, text, small));
  y = foot.top + half - (credit.length * CREDIT.leading) / 2 - 6;
  for (const line of credit) writeFrom(context, right - widthOf(context, line, small), y += CREDIT.leading, line, small, SOFT);
}

/**
 * The address for cameras, dark on a light card with the margin that they need.
 * @param {Context} context
 * @param {number} left
 * @param {Format["foot"]} foot
 * @param {boolean[][]} code
 * @returns {number} its width
 */
function paintCode(context, left, foot, code) {
  const squares = code.length + 2 * QUIET_ZONE;
  const size = Math.max(1, Math.floor(foot.height / squares)); // whole pixels, or the squares blur
  const width = squares * size;
  const top = foot.top + Math.floor((foot.height - width) / 2);
  context.fillStyle = CREAM;
  context.beginPath();
  context.roundRect(left, top, width, width, 10);
  context.fill();
  code.forEach((row, y) =>
    row.forEach((dark, x) => {
      if (dark) fill(context, INK, left + (x + QUIET_ZONE) * size, top + (y + QUIET_ZONE) * size, size, size);
    })
  );
  return width;
}

/**
 * Points at even distances along an arch, from foot to foot.
 * @param {Format["arch"]} arch
 * @param {number} left
 * @param {number} room between the arch and the points
 * @param {number} count
 * @returns {Point[]}
 */
function along(arch, left, room, count) {
  const middle = left + arch.width / 2;
  const radius = arch.width / 2 + room;
  const foot = arch.top + arch.height;
  const straight = arch.height - arch.width / 2;
  const length = 2 * straight + Math.PI * radius;
  return Array.from({ length: count }, (_, place) => {
    const walked = (place / (count - 1)) * length;
    if (walked < straight) return [middle - radius, foot - walked];
    if (walked > length - straight) return [middle + radius, foot - (length - walked)];
    const angle = (walked - straight) / radius;
    return [middle - radius * Math.cos(angle), foot - straight - radius * Math.sin(angle)];
  });
}

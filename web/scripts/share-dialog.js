/** The dialog that shows the poster, and shares, saves or copies it. */
import { build, find } from "./element.js";
import { pageAddress } from "./page-address.js";
import { numberToShare, resemblanceHeadline } from "./match-words.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {import("./poster.js").Billing} Billing */
/** @typedef {import("./poster.js").FormatName} FormatName */
/** @typedef {import("./poster.js").Picture} Picture */
/** @typedef {{file: File, png: () => Promise<Blob>}} Poster */
/** @typedef {"drawing" | "ready" | "failed"} State */

const JPEG = "image/jpeg";
/** The only type of picture that every browser copies. */
const PNG = "image/png";
/** @type {Record<FormatName, string>} */
const SHAPES = { poster: "4:5", story: "9:16" };
/** @type {Record<string, string>} */
const NOT_SHARED = { NotAllowedError: more.poster.not_allowed };

/**
 * Shows the poster of a match and hands it over: to share, to save, to paste. The page itself sends it nowhere.
 * @param {HTMLDialogElement} dialog
 */
export function shareDialog(dialog) {
  const image = find(dialog, "img", HTMLImageElement);
  const share = find(dialog, ".share", HTMLButtonElement);
  const save = find(dialog, ".save", HTMLButtonElement);
  const copy = find(dialog, ".copy", HTMLButtonElement);
  const again = find(dialog, ".again", HTMLButtonElement);
  const close = find(dialog, ".close", HTMLButtonElement);
  const error = find(dialog, ".error", HTMLElement);
  const address = pageAddress(location.href);
  const formats = formatChooser((format) => void draw(format));
  dialog.querySelector(".poster")?.before(formats);
  /** @type {Billing | null} */
  let billing = null;
  /** @type {Promise<Picture[]> | null} fetched once for both formats */
  let pictures = null;
  /** @type {Poster | null} made before the click, because the permission to share that a click gives soon ends */
  let poster = null;
  let drawings = 0;
  let sharing = false;

  share.hidden = !canShareFiles();
  copy.hidden = !canCopyPictures();
  save.classList.toggle("primary", share.hidden);

  /** @param {State} state */
  function turn(state) {
    dialog.dataset.state = state;
    error.textContent = state === "failed" ? more.poster.failed : "";
    for (const button of [share, save, copy]) button.disabled = state !== "ready";
    const next = { drawing: close, ready: share.hidden ? save : share, failed: again }[state];
    const focused = document.activeElement;
    const choosing = formats.contains(focused); // it keeps the focus, as long as it is shown
    if (state === "failed" || (state === "drawing" ? !choosing : focused === close)) next.focus();
  }

  /** @param {FormatName} format */
  async function draw(format) {
    if (!billing) return;
    const thisDrawing = ++drawings;
    const wanted = billing;
    dialog.dataset.format = format;
    forgetPoster();
    turn("drawing");
    announce(more.poster.drawing);
    try {
      const { drawPoster, openPictures } = await import("./poster.js");
      pictures ??= openPictures(wanted);
      const { jpeg, png } = await drawPoster(wanted, await pictures, format, address);
      if (thisDrawing !== drawings) return;
      poster = { file: new File([jpeg], fileNameOf(wanted.celebrity, format), { type: JPEG }), png };
      image.src = URL.createObjectURL(poster.file);
      image.alt = describe(wanted.celebrity);
      turn("ready");
      announce(more.poster.ready);
    } catch (problem) {
      if (thisDrawing !== drawings) return;
      console.error(problem);
      forgetPictures();
      turn("failed");
    }
  }

  function forgetPoster() {
    URL.revokeObjectURL(image.src);
    image.removeAttribute("src");
    poster = null;
  }

  function forgetPictures() {
    void pictures?.then((opened) => opened.forEach((picture) => "close" in picture && picture.close()), () => {});
    pictures = null;
  }

  share.addEventListener("click", async () => {
    if (!billing || !poster || sharing) return;
    sharing = true;
    error.textContent = "";
    try {
      await navigator.share(withWords({ files: [poster.file] }, billing.celebrity));
      announce(more.poster.shared);
    } catch (problem) {
      const name = problem instanceof Error ? problem.name : "";
      if (name === "AbortError") return; // the visitor closed the share sheet
      error.textContent = NOT_SHARED[name] ?? more.poster.not_shared;
    } finally {
      sharing = false;
    }
  });
  save.addEventListener("click", () => {
    if (!poster) return;
    build("a", { href: image.src, download: poster.file.name }).click();
    announce(more.poster.saving);
  });
  copy.addEventListener("click", async () => {
    if (!poster) return;
    error.textContent = "";
    try {
      await navigator.clipboard.write([new ClipboardItem({ [PNG]: poster.png() })]);
      announce(more.poster.copied, { visible: true });
    } catch {
      error.textContent = more.poster.not_copied;
    }
  });
  again.addEventListener("click", () => void draw(formatOf(formats)));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    drawings++;
    forgetPoster();
    forgetPictures();
  });

  /**
   * Return what goes to the share sheet: the poster, and where the browser takes them beside it, words and an address
   * that leads here from other devices.
   * @param {ShareData} picture
   * @param {Celebrity} celebrity
   */
  function withWords(picture, celebrity) {
    const whole = { ...picture, text: shareText(celebrity), ...(address.isPublic && { url: address.url }) };
    return navigator.canShare(whole) ? whole : picture;
  }

  return {
    /** @param {Billing} wanted */
    open(wanted) {
      if (dialog.open) return;
      billing = wanted;
      dialog.showModal();
      void draw(formatOf(formats));
    },
  };
}

/**
 * The choice between the poster's shapes.
 * @param {(format: FormatName) => void} choose
 */
function formatChooser(choose) {
  const made = build("fieldset", { className: "formats" }, build("legend", { textContent: more.poster.format }));
  for (const format of /** @type {FormatName[]} */ (Object.keys(SHAPES))) {
    const radio = build("input", { type: "radio", name: "poster-format", value: format, defaultChecked: format === "poster" });
    radio.addEventListener("change", () => choose(format));
    made.append(
      build("label", {}, radio, build("span", {}, `${more.poster[format]} `, build("small", { textContent: SHAPES[format] }))),
    );
  }
  return made;
}

/** @param {HTMLElement} formats @returns {FormatName} */
const formatOf = (formats) => /** @type {FormatName} */ (find(formats, ":checked", HTMLInputElement).value);

function canShareFiles() {
  const files = [new File([], "poster.jpg", { type: JPEG })];
  return Boolean(navigator.canShare?.({ files }));
}

function canCopyPictures() {
  if (typeof ClipboardItem === "undefined" || !navigator.clipboard?.write) return false;
  return ClipboardItem.supports?.(PNG) ?? true; // a browser that cannot be asked takes PNGs at least
}

/**
 * A file name that every system takes: ids are ASCII in every script of names.
 * @param {Pick<Celebrity, "celebrity_id">} celebrity
 * @param {FormatName} format
 */
export function fileNameOf({ celebrity_id }, format) {
  const slug = celebrity_id.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return `you-and-${slug || "your-double"}${format === "poster" ? "" : `-${format}`}.jpg`;
}

/**
 * The words that go with the poster; a number only where the poster has it, too.
 * @param {import("./match-words.js").Closeness & Pick<Celebrity, "name" | "rank">} celebrity
 */
export function shareText(celebrity) {
  const number = numberToShare(celebrity);
  return more.poster.message(celebrity.name, number && `${number.lead} ${number.rest}`, celebrity.rank === 1);
}

/** @param {Celebrity} celebrity */
function describe(celebrity) {
  const number = numberToShare(celebrity);
  const verdict = number && `${number.lead} ${number.rest}. ${resemblanceHeadline(celebrity)}`;
  return more.poster.describe(celebrity.name, verdict, celebrity.rank === 1);
}

/** The dialog that shows the poster, and shares, saves or copies it. */
import { build, find } from "./element.js";
import { numberOf, resemblanceHeadline } from "./resemblance.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {import("./poster.js").Billing} Billing */
/** @typedef {"drawing" | "ready" | "failed"} State */

const PNG = "image/png";
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
  /** @type {Billing | null} */
  let billing = null;
  /** @type {File | null} made before the click, because the permission to share that a click gives soon ends */
  let poster = null;
  let visit = 0;
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
    if (state === "drawing" || document.activeElement === close) next.focus();
  }

  /** @param {Billing} wanted */
  async function draw(wanted) {
    const thisVisit = ++visit;
    turn("drawing");
    announce(more.poster.drawing);
    try {
      const { drawPoster } = await import("./poster.js");
      const drawn = await drawPoster(wanted);
      if (thisVisit !== visit) return;
      poster = new File([drawn], fileNameOf(wanted.celebrity), { type: PNG });
      image.src = URL.createObjectURL(poster);
      image.alt = describe(wanted.celebrity);
      turn("ready");
      announce(more.poster.ready);
    } catch (problem) {
      if (thisVisit !== visit) return;
      console.error(problem);
      turn("failed");
    }
  }

  share.addEventListener("click", async () => {
    if (!poster || sharing) return;
    sharing = true;
    error.textContent = "";
    try {
      await navigator.share({ files: [poster] });
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
    build("a", { href: image.src, download: poster.name }).click();
    announce(more.poster.saving);
  });
  copy.addEventListener("click", async () => {
    if (!poster) return;
    error.textContent = "";
    try {
      await navigator.clipboard.write([new ClipboardItem({ [PNG]: poster })]);
      announce(more.poster.copied, { visible: true });
    } catch {
      error.textContent = more.poster.not_copied;
    }
  });
  again.addEventListener("click", () => billing && void draw(billing));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    visit++;
    URL.revokeObjectURL(image.src);
    image.removeAttribute("src");
    poster = null;
  });

  return {
    /** @param {Billing} wanted */
    open(wanted) {
      if (dialog.open) return;
      billing = wanted;
      dialog.showModal();
      void draw(wanted);
    },
  };
}

function canShareFiles() {
  const files = [new File([], "poster.png", { type: PNG })];
  return Boolean(navigator.canShare?.({ files }));
}

function canCopyPictures() {
  if (typeof ClipboardItem === "undefined" || !navigator.clipboard?.write) return false;
  return ClipboardItem.supports?.(PNG) ?? true; // a browser that cannot be asked takes PNGs at least
}

/**
 * A file name that every system takes: ids are ASCII, whatever the script of the name.
 * @param {Pick<Celebrity, "celebrity_id">} celebrity
 */
export function fileNameOf({ celebrity_id }) {
  const slug = celebrity_id.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return `you-and-${slug || "your-double"}.png`;
}

/** @param {Celebrity} celebrity */
function describe(celebrity) {
  const { lead, rest } = numberOf(celebrity);
  return more.poster.describe(celebrity.name, `${lead} ${rest}`, resemblanceHeadline(celebrity.resemblance));
}

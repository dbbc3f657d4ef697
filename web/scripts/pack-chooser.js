/** The choice of a pack. */
import { backoffMs, pause } from "./backoff.js";
import { build } from "./element.js";
import { announce } from "./status-line.js";
import { words } from "./words.js";

/** @typedef {import("./api.js").Pack} Pack */
/** @typedef {import("./packs.js").Packs} Packs */
/** @typedef {{legend: string, chosen: () => string, choose: (pack: string) => void, empty: boolean}} Choice */

const REFRESH_MS = 4000;

/**
 * The packs, where there are several, as one choice; and how far the importer has filled the chosen one, which
 * the page asks again and again while the visitor sees it.
 * @param {HTMLElement} root
 * @param {Packs} packs
 * @param {Choice} choice `empty` says whether an empty pack can be chosen
 */
export function packChooser(root, packs, { legend, chosen, choose, empty }) {
  const said = build("span");
  const bar = build("progress");
  const arriving = build("label", { className: "arriving" }, said, bar);
  const options = build("div", { className: "options" });
  const group = build("fieldset", {}, build("legend", { textContent: legend }), options);
  root.replaceChildren(group, arriving);
  /** @type {Map<string, HTMLInputElement>} */
  let radios = new Map();
  let following = false;
  /** @type {string | null} the pack whose progress is shown */
  let filling = null;

  function show() {
    const offered = empty ? packs.all : packs.playable;
    group.hidden = offered.length < 2;
    // Buttons that stay the same are kept, so that a visitor who is about to press one does not lose it.
    if ([...radios.keys()].join() !== packs.all.map(({ pack }) => pack).join()) offer();
    for (const { pack, portraits } of packs.all) {
      const radio = radios.get(pack);
      if (!radio) continue;
      radio.checked = pack === chosen();
      radio.disabled = !empty && !portraits;
    }
    showProgress(packs.find(chosen()));
    root.hidden = group.hidden && arriving.hidden;
  }

  function offer() {
    radios = new Map(packs.all.map(({ pack }) => [pack, build("input", { type: "radio", name: legend, value: pack })]));
    options.replaceChildren(...packs.all.map(option));
  }

  /** @param {Pack} pack */
  function option({ pack, title }) {
    const name = build("span", { textContent: title, dir: "auto" });
    return build("label", {}, /** @type {HTMLInputElement} */ (radios.get(pack)), name);
  }

  /** @param {Pack | undefined} pack */
  function showProgress(pack) {
    const progress = pack?.progress;
    if (pack && !progress && filling === pack.pack) announce(words.packs.complete);
    filling = pack && progress ? pack.pack : null;
    arriving.hidden = !progress;
    if (!progress) return;
    const { stage, done, total } = progress;
    said.textContent = words.packs.filling(stage, done, total);
    Object.assign(bar, { max: total || 1, value: done, textContent: words.packs.done_of(done, total) });
    if (!following) void follow();
  }

  async function follow() {
    following = true;
    const { signal } = new AbortController();
    for (let failures = 0; packs.find(chosen())?.progress;) {
      await pause(failures ? REFRESH_MS + backoffMs(failures) : REFRESH_MS, signal);
      if (document.visibilityState !== "visible" || !root.checkVisibility()) continue;
      failures = await packs.fetch().then(() => 0, () => failures + 1);
    }
    following = false;
  }

  options.addEventListener("change", ({ target }) => target instanceof HTMLInputElement && choose(target.value));
  packs.addEventListener("changed", show);
  arriving.hidden = true;
  show();
  return { show };
}

/**
 * Which screen the visitor sees. The address's fragment names one; without a fragment it is the match's own screen.
 */
import { find } from "./element.js";
import { Places } from "./places.js";
import { announce, hush } from "./status-line.js";
import { words } from "./words.js";

/** @typedef {import("./account.js").Account} Account */
/** @typedef {import("./parts.js").Parts} Parts */
/** @typedef {import("./places.js").Move} Move */
/** @typedef {"welcome" | "preview" | "another" | "progress" | "result" | "failure" | "faces"} Step how far the match has come */
/** @typedef {Step | "camera" | "account" | "my-data" | "matches" | "line-up" | "privacy"} Screen */

const TITLE = document.title;
const ON_STAGE = ["welcome", "another", "progress", "result", "failure"];

export class Screens {
  #main;
  #parts;
  #account;
  #agreed;
  #stage;
  #places;
  /** @type {string | null} the match that the step shows */
  path = null;
  /** @type {Step} how far the match on this page has come, also while the visitor reads another screen */
  step = "welcome";
  /** @type {Record<string, () => void | Promise<void>>} */
  #routes = {
    "#camera": () => this.#openCamera(),
    "#account": () => (this.#account.email === null ? this.#openAccountForm() : this.#openData()),
    "#matches": () => this.#openMatches(),
    "#line-up": () => this.#openLineUp(),
    "#privacy": () => this.#openPrivacy(),
  };

  /**
   * @param {HTMLElement} main
   * @param {Parts} parts
   * @param {Account} account
   * @param {() => boolean} agreed whether the visitor has given consent
   * @param {{toggle(visible: boolean): void}} stage
   * @param {(move: Move) => void} moved goes where Back or Forward lead
   */
  constructor(main, parts, account, agreed, stage, moved) {
    this.#main = main;
    this.#parts = parts;
    this.#account = account;
    this.#agreed = agreed;
    this.#stage = stage;
    this.#places = new Places(moved, closeDialog);
  }

  /** Whether the address names a screen. */
  get routed() {
    return location.hash in this.#routes;
  }

  /** Shows the screen that the address names. */
  async follow() {
    const open = this.#routes[location.hash];
    if (!open) return this.show(this.step);
    try {
      await open();
    } catch {
      this.goHome();
      announce(words.out_of_reach, { visible: true });
    }
  }

  /** @param {string} hash opens its screen, also if the address already names it */
  go(hash) {
    if (location.hash === hash) void this.follow();
    else location.hash = hash;
  }

  /** Shows the match's own screen. */
  goHome() {
    this.leaveRoute();
    this.#places.settle(this.step, this.path);
    this.show(this.step);
  }

  /** Goes back to the screen before; to the match's own if the page was opened here. */
  goBack() {
    if (this.#places.deep) history.back();
    else this.goHome();
  }

  /** Leaves a screen that the address names, or a result that is gone, for the next step. */
  leaveRoute() {
    this.#places.vacate();
  }

  /** Goes on to the next step from a screen that Back leads to again. */
  riseFromRoute() {
    if (this.routed) this.#places.rise();
  }

  /**
   * Changes the screen, and moves title, scroll position and focus to it.
   * @param {Screen} screen
   * @param {{focus?: boolean}} [options]
   */
  show(screen, { focus = true } = {}) {
    hush();
    if (screen !== "camera") this.#parts.camera.now?.close();
    for (const section of this.#main.querySelectorAll("[data-screen]")) {
      if (section instanceof HTMLElement) section.hidden = section.dataset.screen !== screen;
    }
    document.body.dataset.showing = screen;
    this.#stage.toggle(ON_STAGE.includes(screen));
    for (const link of document.querySelectorAll(".site-nav a")) {
      if (link.getAttribute("href") === location.hash) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const heading = find(this.#main, `[data-screen="${screen}"] h1`, HTMLElement);
    document.title = screen === "welcome" ? TITLE : `${shownText(heading)} · ${TITLE}`;
    if (!focus) return;
    scrollTo({ top: 0 });
    heading.focus({ preventScroll: true });
  }

  /**
   * Moves the match on to its next step. A visitor who reads another screen stays there and is told the news.
   * @param {Step} next
   * @param {{focus?: boolean, news?: string, path?: string | null}} [options] `path` is the match that a result shows
   */
  play(next, { focus = true, news = "", path = null } = {}) {
    this.step = next;
    this.path = path;
    if (this.routed && location.hash !== "#camera") return news && announce(news, { visible: true });
    this.#places.settle(next, path);
    this.show(next, { focus });
  }

  async #openCamera() {
    if (!this.#agreed()) return this.goHome();
    this.#parts.preview.preload();
    const booth = await this.#parts.camera.load();
    if (location.hash !== "#camera") return;
    this.show("camera");
    void booth.open();
  }

  async #openAccountForm() {
    const form = await this.#parts.account.load();
    if (!this.routed) return;
    form.reset();
    this.show("account");
  }

  async #openData() {
    const data = await this.#parts.data.load();
    if (location.hash !== "#account") return;
    data.show();
    this.show("my-data");
  }

  async #openMatches() {
    const matches = await this.#parts.matches.load();
    if (location.hash !== "#matches") return;
    this.show("matches");
    void matches.open();
  }

  async #openPrivacy() {
    await this.#parts.privacy.load();
    if (location.hash === "#privacy") this.show("privacy");
  }

  async #openLineUp() {
    const lineUp = await this.#parts.lineUp.load();
    if (location.hash !== "#line-up") return;
    this.show("line-up");
    void lineUp.open();
  }
}

/** Return the text of an element without that of its hidden children. @param {HTMLElement} element */
function shownText(element) {
  const shown = [...element.childNodes].filter((node) => !(node instanceof Element) || getComputedStyle(node).display !== "none");
  return shown.map((node) => node.textContent).join("").trim();
}

function closeDialog() {
  const dialog = document.querySelector("dialog[open]");
  if (dialog instanceof HTMLDialogElement) dialog.close();
  return dialog !== null;
}

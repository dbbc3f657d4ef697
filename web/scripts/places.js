/** Where the browser’s Back and Forward lead. */

/** @typedef {import("./screens.js").Step} Step */
/**
 * An entry of the browser’s history: how many are below it, and the step that it shows. A step of null is a screen
 * that the address names, or one that is not known yet. `path` is the match that a result shows.
 * @typedef {{at: number, step: Step | null, path: string | null}} Place
 */
/** @typedef {{from: Place, to: Place}} Move */
/** @typedef {"route" | "camera" | "welcome" | "another" | "result" | "stay" | "skip"} Aim */

/** The steps that people come back to. Every other one is replaced by the step after it. */
const LASTING = ["welcome", "another", "result"];

/** Keeps the browser’s history: one entry for each screen that people come back to. */
export class Places {
  /** @type {Place} */
  #here;
  /** The part of the address that names a screen. */
  #hash;
  /** Whether the next move leads back to the entry that the visitor sees. */
  #returning = false;

  /**
   * @param {(move: Move) => void} moved is told of every move in the history, and of every link to a screen
   * @param {() => boolean} closeDialog closes the open dialog, and returns whether there was one
   */
  constructor(moved, closeDialog) {
    this.#here = { at: history.state?.at ?? 0, step: null, path: null };
    this.#hash = location.hash;
    history.replaceState(this.#here, "");
    history.scrollRestoration = "manual"; // the entries are screens, and each begins at its top
    addEventListener("popstate", ({ state }) => {
      const from = this.#here;
      // A link to a screen leaves no state. One to the screen that is open takes the entry's place.
      const at = state?.at ?? (location.hash === this.#hash ? from.at : from.at + 1);
      this.#hash = location.hash;
      // On a phone, Back closes what lies over the page.
      if (at < from.at && closeDialog()) {
        this.#returning = true;
        return history.go(from.at - at);
      }
      const isReturn = this.#returning && at === from.at;
      this.#returning = false;
      if (isReturn) return;
      this.#here = state ?? { at, step: null, path: null };
      if (!state) history.replaceState(this.#here, "");
      moved({ from, to: this.#here });
    });
  }

  /** Whether the visitor can go back without leaving the page. */
  get deep() {
    return this.#here.at > 0;
  }

  /**
   * Notes the step that the visitor sees: in an entry of its own, if they may come back to the one before.
   * @param {Step} step
   * @param {string | null} path
   */
  settle(step, path) {
    const { at, step: before } = this.#here;
    if (before !== null && before !== step && LASTING.includes(before)) this.#write("pushState", { at: at + 1, step, path });
    else this.#write("replaceState", { at, step, path });
  }

  /** Leaves a screen that the address names, or a result that is gone: the next step takes its entry. */
  vacate() {
    this.#write("replaceState", { at: this.#here.at, step: null, path: null });
  }

  /** Keeps the entry of a screen that the address names: the next step gets one of its own. */
  rise() {
    this.#write("pushState", { at: this.#here.at + 1, step: null, path: null });
  }

  /** @param {"pushState" | "replaceState"} how @param {Place} place */
  #write(how, place) {
    this.#here = place;
    history[how](place, "", location.pathname + location.search);
    this.#hash = location.hash;
  }
}

/**
 * Return what a move in the history leads to. The photo of a step that has passed is not there any more, so such an
 * entry is skipped, and so is one that shows what is shown already.
 * @param {Move} move
 * @param {object} now
 * @param {boolean} now.routed whether the address names a screen
 * @param {Step} now.step how far the match has come
 * @param {string | null} now.path the match that is shown
 * @param {boolean} now.adding whether a photo is added to a result
 * @param {boolean} now.snapped whether the photo that is looked at comes from the camera
 * @returns {Aim}
 */
export function aimOf({ from, to }, { routed, step, path, adding, snapped }) {
  const isBack = to.at < from.at;
  if (routed) return "route";
  if (isBack && from.step === "preview" && snapped) return "camera";
  if (from.step !== null && from.step === to.step && from.path === to.path) return "skip";
  if (to.step === "result") return from.step === null && step === "result" && path === to.path ? "stay" : "result";
  if (to.step === "another") return adding ? "another" : "skip";
  if (to.step === "welcome") return "welcome";
  if (from.step === null && step !== "welcome") return "stay";
  return to.at > 0 ? "skip" : "welcome";
}

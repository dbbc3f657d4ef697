/** What this browser remembers between visits. */

/**
 * What this browser remembers across visits: the paths of a guest's last success and last results, of the match that
 * this tab waits for and of all that tabs wait for, of the matches of sample faces, of the photos that the last result
 * is for, and of what is still to be deleted; the version of the consent agreed to; the pack to play with, and among
 * whom; who has signed in; and the language.
 * @typedef {"match.kept" | "match.results" | "match.pending" | "match.begun" | "match.samples" | "match.photos" | "match.discarded" | "consent" | "pack" | "among" | "account" | "language"} Remembered
 */

/** @param {Remembered} name */
const storeOf = (name) => (name === "match.pending" ? sessionStorage : localStorage);

/** Keeps short texts in the browser's storage; if the browser refuses that, keeps them until the page is closed. */
export class Memory {
  /** For how many days the server keeps a photo: what index.html says, until the deployment tells. It is not stored. */
  days = 30;
  /** @type {Map<string, string>} */
  #fallback = new Map();

  /** @param {Remembered} name @returns {string | null} */
  recall(name) {
    try {
      return this.#fallback.get(name) ?? storeOf(name).getItem(name);
    } catch {
      return this.#fallback.get(name) ?? null;
    }
  }

  /** @param {Remembered} name @param {string} value */
  remember(name, value) {
    try {
      storeOf(name).setItem(name, value);
      this.#fallback.delete(name);
    } catch {
      this.#fallback.set(name, value); // a private window may refuse
    }
  }

  /** @param {...Remembered} names */
  forget(...names) {
    for (const name of names) {
      this.#fallback.delete(name);
      try {
        storeOf(name).removeItem(name);
      } catch {
        // The browser refuses its storage, so the text was never stored there.
      }
    }
  }

  /** @param {Remembered} name @returns {string[]} the paths under a name */
  recallAll(name) {
    return this.recall(name)?.split(" ") ?? [];
  }

  /** @param {Remembered} name @param {string[]} paths */
  rememberAll(name, paths) {
    if (paths.length) this.remember(name, paths.join(" "));
    else this.forget(name);
  }

  /** Whether there is a match to find again, or to delete. */
  get hasMatch() {
    const names = /** @type {const} */ (["match.kept", "match.pending", "match.begun", "match.discarded"]);
    return names.some((name) => this.recall(name));
  }

  /** Forgets everything except the language, and the matches that are still to be deleted. */
  forgetAll() {
    this.forget(
      "match.kept",
      "match.results",
      "match.pending",
      "match.begun",
      "match.samples",
      "match.photos",
      "consent",
      "pack",
      "among",
      "account",
    );
  }
}

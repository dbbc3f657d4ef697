/** What this browser remembers between visits. */

/**
 * What this browser remembers across visits: the paths of a guest's last success, of the match under way, of
 * the photos that the last result is for, and of what is still to be deleted; the version of the consent agreed to; the pack to play with, and among whom; and who has signed in.
 * @typedef {"match.kept" | "match.pending" | "match.photos" | "match.discarded" | "consent" | "pack" | "among" | "account"} Remembered
 */

/** Keeps short texts in localStorage; if the browser refuses that, keeps them until the page is closed. */
export class Memory {
  /** @type {Map<string, string>} */
  #fallback = new Map();

  /** @param {Remembered} name @returns {string | null} */
  recall(name) {
    try {
      return this.#fallback.get(name) ?? localStorage.getItem(name);
    } catch {
      return this.#fallback.get(name) ?? null;
    }
  }

  /** @param {Remembered} name @param {string} value */
  remember(name, value) {
    try {
      localStorage.setItem(name, value);
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
        localStorage.removeItem(name);
      } catch {
        // The browser refuses localStorage, so the text was never stored there.
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
    return [this.recall("match.kept"), this.recall("match.pending"), this.recall("match.discarded")].some(Boolean);
  }

  /** Forgets everything except the matches that are still to be deleted. */
  forgetAll() {
    this.forget("match.kept", "match.pending", "match.photos", "consent", "pack", "among", "account");
  }
}

/** The match that a tab waits for. */

/** @typedef {import("./memory.js").Memory} Memory */

/**
 * What this tab waits for, also after a reload; another tab waits for a match of its own. While a tab waits it holds
 * a lock, so that a match whose tab has been closed can be told from the others, and is found on the next visit.
 */
export class PendingMatch {
  #memory;
  #release = () => {};

  /** @param {Memory} memory */
  constructor(memory) {
    this.#memory = memory;
  }

  /** The path of the match. */
  get path() {
    return this.#memory.recall("match.pending");
  }

  /** @param {string} path */
  begin(path) {
    this.end();
    this.#memory.remember("match.pending", path);
    this.#memory.rememberAll("match.begun", [...this.#begun, path]);
    void this.#hold(path, { ifAvailable: false });
  }

  end() {
    const { path } = this;
    this.#memory.forget("match.pending");
    this.#memory.rememberAll("match.begun", this.#begun.filter((other) => other !== path));
    this.#release();
  }

  /** @returns {Promise<string | null>} the match that this tab waited for before, or that a closed one did */
  async find() {
    const { path } = this;
    if (path) {
      void this.#hold(path, { ifAvailable: false });
      return path;
    }
    for (const begun of this.#begun) {
      if (!(await this.#hold(begun, { ifAvailable: true }))) continue;
      this.#memory.remember("match.pending", begun);
      return begun;
    }
    return null;
  }

  get #begun() {
    return this.#memory.recallAll("match.begun");
  }

  /**
   * @param {string} path
   * @param {LockOptions} how
   * @returns {Promise<boolean>} whether no other tab waits for it
   */
  #hold(path, how) {
    const { locks } = navigator; // not there without HTTPS
    if (!locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      void locks.request(path, how, (lock) => {
        resolve(lock !== null);
        return lock && new Promise((release) => (this.#release = () => release(null)));
      });
    });
  }
}

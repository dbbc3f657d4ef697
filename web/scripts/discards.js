/** The matches that are not wanted any more. */
import { Problem } from "./api.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./memory.js").Memory} Memory */

/** Deletes matches; one that cannot be deleted now is remembered, and deleted later. */
export class Discards {
  #api;
  #memory;
  /** The sweep under way: a second one beside it would delete the same matches again. */
  #swept = Promise.resolve();

  /** @param {Api} api @param {Memory} memory */
  constructor(api, memory) {
    this.#api = api;
    this.#memory = memory;
    addEventListener("online", () => void this.sweep());
  }

  /** @param {string} path */
  add(path) {
    this.#memory.rememberAll("match.discarded", [...this.#paths, path]);
    void this.sweep();
  }

  /** Deletes the discarded matches; a match that the page cannot delete now waits for the next call. */
  sweep() {
    this.#swept = this.#swept.then(() => this.#deleteAll());
    return this.#swept;
  }

  async #deleteAll() {
    for (const path of this.#paths) {
      try {
        await this.#api.deleteMatch(path);
      } catch (error) {
        if (error instanceof Problem && (error.passing || error.code === "signed_out")) continue;
      }
      this.#memory.rememberAll("match.discarded", this.#paths.filter((other) => other !== path));
    }
  }

  get #paths() {
    return this.#memory.recallAll("match.discarded");
  }
}

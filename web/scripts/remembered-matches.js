/** What this browser remembers of matches: which one a tab waits for, which it keeps, and which are to be deleted. */
import { isGuests, matchIdOf, memberPath, Problem } from "./api.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./memory.js").Memory} Memory */
/** @typedef {{paths: string[], at: number}} Result the matches of its photos, its own last; and when it came */

const MOST_RESULTS = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

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

/**
 * Keeps where a guest's last five results are, as long as the server keeps them, and which matches the result on the
 * page is made of. A guest's result is deleted with the matches of all of its photos.
 */
export class KeptMatches {
  #api;
  #memory;
  #discards;

  /** @param {Api} api @param {Memory} memory @param {Discards} discards */
  constructor(api, memory, discards) {
    this.#api = api;
    this.#memory = memory;
    this.#discards = discards;
  }

  /** @returns {Result[]} a guest's, newest first */
  get results() {
    const kept = this.#memory.days * DAY_MS;
    return this.#memory.recallAll("match.results").map(resultOf).filter(({ at }) => Date.now() - at < kept);
  }

  /** @param {Result[]} results */
  set results(results) {
    this.#memory.rememberAll("match.results", results.map(({ paths, at }) => `${paths.join("+")}@${at}`));
  }

  /** The path of a guest's last result. */
  get last() {
    return this.#memory.recall("match.kept");
  }

  /** The paths of the photos that the last result is for, as far as this browser remembers; its own is the last. */
  get photos() {
    return this.#memory.recallAll("match.photos");
  }

  /** @param {string[]} photos */
  set photos(photos) {
    this.#memory.rememberAll("match.photos", photos);
  }

  /**
   * Keeps a result that has just come. A guest's sixth one goes.
   * @param {string[]} photos its own match last
   */
  add(photos) {
    this.photos = photos;
    const path = photos.at(-1);
    if (!path || !isGuests(path)) return;
    this.#memory.remember("match.kept", path);
    const others = this.results.filter(({ paths }) => !paths.some((other) => photos.includes(other)));
    const results = [{ paths: photos, at: Date.now() }, ...others];
    for (const { paths } of results.slice(MOST_RESULTS)) paths.forEach((old) => this.#discards.add(old));
    this.results = results.slice(0, MOST_RESULTS);
  }

  /** @param {string} path of a result that is shown again */
  show(path) {
    if (this.photos.at(-1) !== path) this.photos = this.#photosOf(path);
  }

  /** @param {string} path of a match that has gone */
  forget(path) {
    if (this.last === path) this.#memory.forget("match.kept");
    this.photos = this.photos.filter((other) => other !== path);
    this.results = this.results
      .map(({ paths, at }) => ({ paths: paths.filter((other) => other !== path), at }))
      .filter(({ paths }) => paths.length > 0);
  }

  /**
   * Deletes a result, and a guest's earlier photos of it; throws a Problem if that fails.
   * @param {string} path
   */
  async delete(path) {
    for (const photo of this.#photosOf(path)) {
      await this.#api.deleteMatch(photo);
      this.forget(photo);
    }
  }

  /** Deletes all of a guest's; throws a Problem if that fails. */
  async deleteAll() {
    for (const path of this.#guests) {
      await this.#api.deleteMatch(path);
      this.forget(path);
    }
  }

  /**
   * Gives a guest's matches to the member who has signed in since.
   * @param {(path: string) => Promise<Match>} adopt
   * @returns {Promise<Match | null>} the last result; null if it does not exist any more, or was adopted and the answer got lost
   */
  async adopt(adopt) {
    let adopted = null;
    for (const path of this.#guests) {
      adopted = null;
      try {
        adopted = await adopt(path);
      } catch (error) {
        if (!(error instanceof Problem && error.code === "not_found")) throw error;
      }
    }
    this.#memory.forget("match.kept", "match.results");
    this.photos = this.photos.map((path) => memberPath(matchIdOf(path)));
    return adopted;
  }

  /** All of a guest's paths, that of the last result at the end. */
  get #guests() {
    const paths = new Set([...this.results.toReversed().flatMap((result) => result.paths), ...this.photos.filter(isGuests)]);
    const { last } = this;
    if (last) {
      paths.delete(last);
      paths.add(last);
    }
    return paths;
  }

  /** @param {string} path */
  #photosOf(path) {
    return this.results.find(({ paths }) => paths.at(-1) === path)?.paths ?? [path];
  }
}

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

/** @param {string} text @returns {Result} */
function resultOf(text) {
  const [paths = "", at = ""] = text.split("@");
  return { paths: paths.split("+"), at: Number(at) };
}

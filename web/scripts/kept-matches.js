/** The matches that this browser knows the way to. */
import { isGuests, matchIdOf, memberPath, Problem } from "./api.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./discards.js").Discards} Discards */
/** @typedef {import("./memory.js").Memory} Memory */
/** @typedef {{paths: string[], at: number}} Result the matches of its photos, its own last; and when it came */

const MOST_RESULTS = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

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

/** @param {string} text @returns {Result} */
function resultOf(text) {
  const [paths = "", at = ""] = text.split("@");
  return { paths: paths.split("+"), at: Number(at) };
}

import { Api, isGuests, memberPath, Problem } from "../../web/scripts/api.js";

/** @typedef {import("../../web/scripts/api.js").Celebrity} Celebrity */
/** @typedef {import("../../web/scripts/api.js").CreatedMatch} CreatedMatch */
/** @typedef {import("../../web/scripts/api.js").Match} Match */
/** @typedef {import("../../web/scripts/api.js").MatchPage} MatchPage */
/** @typedef {import("../../web/scripts/api.js").Pack} Pack */
/** @typedef {import("../../web/scripts/api.js").UploadForm} UploadForm */
/** @typedef {import("../../web/scripts/api.js").Wish} Wish */
/** @typedef {"create" | "upload" | "read" | "list" | "adopt" | "delete" | "forget" | "packs"} Deed */
/** @typedef {Pick<Match, "status"> & Partial<Match>} Ending */
/** @typedef {{deed: Deed, error: Error | null, times: number, arrives: boolean}} Fault */

/** @type {Celebrity} */
const GRACE = {
  rank: 1,
  celebrity_id: "grace-hopper",
  name: "Grace Hopper",
  similarity: 81.5,
  resemblance: 64,
  one_in: null,
  image_url: "https://portraits.example/grace.jpg",
  attribution: null,
  same_person: false,
};

/** The API and what is behind it, in the page's own time: matches that go their way, and requests that go astray. */
export class FakeApi extends Api {
  /** How long a match takes from its photo to its end. */
  takesMs = 1000;
  /** @type {Ending} how the matches that are begun from now on end */
  ending = { status: "succeeded" };
  pollAfterMs = 400;
  pageSize = 2;
  /** @type {{deed: Deed, path: string, at: number}[]} what has been asked for, whether or not it went well */
  calls = [];
  /** @type {(string | undefined)[]} the keys that matches were asked for with */
  keys = [];
  /** @type {Wish[]} what matches were asked for */
  wishes = [];
  /** @type {Pack[]} */
  packs = [{ pack: "celebrities", title: "Celebrities", portraits: 240, progress: null }];
  /** @type {Map<string, {ending: Ending, endsAt: number}>} by path, oldest first */
  #matches = new Map();
  /** @type {Map<string, string>} */
  #pathsByKey = new Map();
  /** @type {Fault[]} */
  #faults = [];
  #count = 0;

  constructor() {
    super(() => Promise.reject(new Problem("signed_out")));
  }

  /**
   * Lets the next requests of a kind fail; where they arrive, only the answer is lost.
   * @param {Deed} deed
   * @param {string | Error} error a problem's code, where it is one of those
   * @param {{times?: number, arrives?: boolean}} [how]
   */
  fail(deed, error, { times = 1, arrives = false } = {}) {
    this.#faults.push({ deed, error: error instanceof Error ? error : new Problem(error), times, arrives });
  }

  /**
   * Lets the next request of a kind take for ever.
   * @param {Deed} deed
   */
  hold(deed) {
    this.#faults.push({ deed, error: null, times: 1, arrives: false });
  }

  /** Lets everything go well again. */
  mend() {
    this.#faults = [];
  }

  /**
   * Adds a match of another device, or changes one.
   * @param {string} path
   * @param {Match["status"]} [status]
   * @param {Partial<Match>} [more]
   * @returns {string} its path
   */
  put(path, status = "succeeded", more = {}) {
    this.#matches.set(path, { ending: { status, ...more }, endsAt: Date.now() });
    return path;
  }

  /** @returns {string[]} the paths of the matches that there are */
  get paths() {
    return [...this.#matches.keys()];
  }

  /** @param {Deed} deed @returns {string[]} the paths it was asked of */
  asked(deed) {
    return this.calls.filter((call) => call.deed === deed).map(({ path }) => path);
  }

  /** @param {Deed} deed @returns {number[]} when it was asked for */
  times(deed) {
    return this.calls.filter((call) => call.deed === deed).map(({ at }) => at);
  }

  /**
   * @override
   * @param {boolean} asMember
   * @param {Wish} wish
   * @param {string | undefined} key
   * @param {AbortSignal} signal
   * @returns {Promise<CreatedMatch>}
   */
  createMatch(asMember, wish, key, signal) {
    this.keys.push(key);
    this.wishes.push(wish);
    const base = asMember ? "/matches" : "/guest/matches";
    const { pack, among, together_with = [], photo_of } = wish;
    return this.#answer("create", base, signal, () => {
      for (const named of photo_of ? [photo_of] : together_with) {
        if (!this.#matches.has(`${base}/${named}`)) throw new Problem("unknown_match");
      }
      const path = this.#pathsByKey.get(key ?? "") ?? `${base}/${++this.#count}`;
      if (key) this.#pathsByKey.set(key, path);
      if (!this.#matches.has(path)) this.put(path, "awaiting_upload", { pack, among, selfies: 1 + together_with.length });
      if (photo_of) this.#arrive(path);
      return { path, upload: photo_of ? null : { url: path, fields: {} } };
    });
  }

  /**
   * @override
   * @param {UploadForm} form
   * @param {Blob} _photo
   * @param {(percent: number) => void} onProgress
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  upload({ url }, _photo, onProgress, signal) {
    onProgress(50);
    return this.#answer("upload", url, signal, () => {
      onProgress(100);
      this.#arrive(url);
    });
  }

  /**
   * Begins the work of a match that waits for its photo; the store takes any other photo all the same.
   * @param {string} path
   */
  #arrive(path) {
    const begun = this.#matches.get(path)?.ending;
    if (begun?.status !== "awaiting_upload") return;
    this.#matches.set(path, { ending: { ...begun, ...this.ending }, endsAt: Date.now() + this.takesMs });
  }

  /**
   * @override
   * @param {string} path
   * @param {AbortSignal} [signal]
   * @returns {Promise<Match>}
   */
  getMatch(path, signal = undefined) {
    return this.#answer("read", path, signal, () => this.#show(path));
  }

  /**
   * @override
   * @param {string} path
   * @returns {Promise<void>}
   */
  deleteMatch(path) {
    return this.#answer("delete", path, undefined, () => void this.#matches.delete(path));
  }

  /**
   * @override
   * @param {string | null} cursor
   * @param {AbortSignal} [signal]
   * @returns {Promise<MatchPage>}
   */
  listMatches(cursor, signal = undefined) {
    return this.#answer("list", "/matches", signal, () => {
      const newestFirst = this.paths.filter((path) => !isGuests(path)).toReversed();
      const from = Number(cursor ?? 0);
      const to = from + this.pageSize;
      const matches = newestFirst.slice(from, to).map((path) => this.#show(path));
      return { matches, next_cursor: to < newestFirst.length ? String(to) : null };
    });
  }

  /**
   * @override
   * @param {string} path
   * @param {AbortSignal} signal
   * @returns {Promise<Match>}
   */
  adoptMatch(path, signal) {
    return this.#answer("adopt", path, signal, () => {
      if (!isGuests(path)) throw new Problem("not_found");
      const { match_id, status } = this.#show(path);
      this.#matches.delete(path);
      return this.#show(this.put(memberPath(match_id), status));
    });
  }

  /** @override @returns {Promise<Pack[]>} */
  listPacks() {
    return this.#answer("packs", "/packs", undefined, () => this.packs);
  }

  /** @override @returns {Promise<void>} */
  forgetMe() {
    return this.#answer("forget", "/me", undefined, () => {
      for (const path of this.paths) if (!isGuests(path)) this.#matches.delete(path);
    });
  }

  /**
   * @template T
   * @param {Deed} deed
   * @param {string} path
   * @param {AbortSignal | undefined} signal
   * @param {() => T} work
   * @returns {Promise<T>}
   */
  async #answer(deed, path, signal, work) {
    signal?.throwIfAborted();
    this.calls.push({ deed, path, at: Date.now() });
    const fault = this.#faults.find((one) => one.deed === deed && one.times > 0);
    if (!fault) return work();
    fault.times--;
    if (fault.arrives) work();
    if (fault.error) throw fault.error;
    return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  }

  /** @param {string} path @returns {Match} */
  #show(path) {
    const match = this.#matches.get(path);
    if (!match) throw new Problem("not_found");
    const ended = Date.now() >= match.endsAt;
    return matchOf(path, ended ? match.ending : { status: "processing" }, this.pollAfterMs);
  }
}

/**
 * A match as the server shows it.
 * @param {string} path
 * @param {Ending} [ending]
 * @param {number} [pollAfterMs]
 * @returns {Match}
 */
export function matchOf(path, ending = { status: "succeeded" }, pollAfterMs = 400) {
  const succeeded = ending.status === "succeeded";
  return {
    match_id: path.replace(/^.*\//, ""),
    created_at: "2026-11-22T20:00:00Z",
    pack: "celebrities",
    poll_after_ms: pollAfterMs,
    selfie_url: null,
    method: succeeded ? "faces" : null,
    among: "everyone",
    selfies: 1,
    agree: succeeded ? 1 : null,
    one_person: null,
    certainty: null,
    celebrities: succeeded ? [GRACE] : [],
    failure: null,
    ...ending,
  };
}

/** The requests of one match, from sending the photo to reading its result. */
import { isGuests, memberPath, Problem } from "./api.js";
import { backoffMs, pause, pollMs } from "./backoff.js";

/** @typedef {import("./account.js").Account} Account */
/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").CreatedMatch} CreatedMatch */
/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./api.js").MatchPage} MatchPage */
/** @typedef {import("./api.js").Failure} Failure */
/** @typedef {import("./memory.js").Memory} Memory */
/** @typedef {import("./packs.js").Packs} Packs */
/** @typedef {import("./photo.js").Photo} Photo */
/**
 * The events of a session, with the detail of each.
 * @typedef {{sending: {percent: number}, looking: {resumed: boolean}, stalled: {code: string},
 *   succeeded: {match: Match, fresh: boolean}, failed: {failure: Failure, match: Match | null}}} SessionEvents
 */

const ATTEMPTS = 6;
const PATIENCE_MS = 360_000;
const ARRIVAL_MS = 10_000;
const FIRST_POLL_MS = 400;

/**
 * Takes one photo at a time from the device to its result. One photo makes one match, however often it has to
 * be sent. A guest keeps one match: a new success replaces the old one on the server. A failure is deleted as
 * soon as another photo is tried. If a match cannot be deleted now, the browser remembers it and the page deletes it later.
 */
export class MatchSession extends EventTarget {
  #api;
  #account;
  #memory;
  #packs;
  #controller = new AbortController();
  /** @type {Photo | null} */
  #photo = null;
  /** @type {CreatedMatch | null} what the photo is sent with, until it has arrived */
  #created = null;
  /** Whether the match ended, so that trying again means sending the photo again. */
  #over = true;
  /** @type {string | null} the path of the match on the page */
  #shown = null;

  /** @param {Api} api @param {Account} account @param {Memory} memory @param {Pick<Packs, "chosen">} packs */
  constructor(api, account, memory, packs) {
    super();
    this.#api = api;
    this.#account = account;
    this.#memory = memory;
    this.#packs = packs;
    addEventListener("online", () => void this.#sweep());
  }

  /** @param {Photo} photo */
  start(photo) {
    return this.#run(async (signal) => {
      this.#discardPending();
      this.#photo = photo;
      this.#emit("sending", { percent: 0 });
      const asMember = this.#account.email !== null;
      const key = crypto.randomUUID?.(); // not there without HTTPS
      const pack = this.#packs.chosen; // once: under the same key, the API refuses another
      this.#created = await this.#insist(() => this.#api.createMatch(asMember, pack, key, signal), signal);
      this.#over = false;
      this.#memory.remember("match.pending", this.#created.path);
      await this.#deliver(this.#created, photo, signal);
    });
  }

  /**
   * Tries once more: goes on with the match under way, or sends the photo again.
   * @returns {Promise<boolean>} false if there is nothing to try with
   */
  async retry() {
    const [photo, created] = [this.#photo, this.#created];
    if (photo && created && !this.#over) await this.#run((signal) => this.#deliver(created, photo, signal));
    else if (!this.#over) return this.resume();
    else if (photo) await this.start(photo);
    else return false;
    return true;
  }

  /**
   * Finds the match under way or the last one again.
   * @returns {Promise<boolean>} whether there was one
   */
  async resume() {
    void this.#sweep();
    const pending = this.#memory.recall("match.pending");
    const kept = this.#memory.recall("match.kept");
    const isMember = this.#account.email !== null;
    if (!pending && !kept && !isMember) return false;
    let found = true;
    await this.#run(async (signal) => {
      this.#over = false; // so that trying again means this
      if (!pending) this.#emit("looking", { resumed: true });
      if (pending) await this.#follow(pending, signal, { resumed: true });
      else if (kept && !isMember) await this.#revisit(kept, signal);
      else {
        const adopted = kept ? await this.#adopt(kept, signal) : null;
        found = await this.#revisitLatest(signal, adopted);
      }
    });
    return found;
  }

  /** Stops the match under way and removes it from the server. */
  cancel() {
    this.#controller.abort();
    this.#discardPending();
    this.#photo = null;
  }

  /** Forgets the match on this page, and leaves it on the server. */
  leave() {
    this.#controller.abort();
    this.#memory.forget("match.pending");
    this.#photo = this.#created = this.#shown = null;
    this.#over = true;
  }

  /**
   * Shows a match that ended, such as one of the history, with pictures whose addresses are fresh.
   * @param {string} path
   */
  show(path) {
    this.leave();
    return this.#run(async (signal) => {
      this.#emit("looking", { resumed: true });
      const match = await this.#insist(() => this.#api.getMatch(path, signal), signal);
      this.#end(path, match, false);
    });
  }

  /** @param {string} path @returns {boolean} whether that match is on the page */
  shows(path) {
    return this.#shown === path;
  }

  /** Deletes the match on the page; throws a Problem if that fails. */
  async delete() {
    if (!this.#shown) throw new Problem("not_found");
    await this.deleteMatch(this.#shown);
    this.#photo = this.#shown = null;
  }

  /** Deletes everything kept about the member, and a guest's match on this device; throws a Problem if that fails. */
  async forgetMe() {
    for (const path of [this.#memory.recall("match.kept"), this.#memory.recall("match.pending")]) {
      if (path && isGuests(path)) await this.#api.deleteMatch(path);
    }
    await this.#api.forgetMe();
    this.leave();
    this.#memory.forgetAll();
  }

  /** @param {string} path */
  async deleteMatch(path) {
    await this.#api.deleteMatch(path);
    for (const which of /** @type {const} */ (["match.kept", "match.pending"])) {
      if (this.#memory.recall(which) === path) this.#memory.forget(which);
    }
  }

  /** @param {(signal: AbortSignal) => Promise<void>} work */
  async #run(work) {
    this.#controller.abort();
    const { signal } = (this.#controller = new AbortController());
    try {
      await work(signal);
    } catch (error) {
      if (signal.aborted) return;
      const { code, detail } = Problem.from(error);
      this.#emit("failed", { failure: { code, message: detail }, match: null });
    }
  }

  /**
   * Sends the photo until it has arrived. A lost answer says nothing about the photo, so the
   * session reads the match before it uses the same form again.
   * @param {CreatedMatch} created
   * @param {Photo} photo
   * @param {AbortSignal} signal
   */
  async #deliver({ path, upload }, photo, signal) {
    for (let attempt = 1;;) {
      try {
        await this.#api.upload(upload, photo.jpeg, (percent) => this.#emit("sending", { percent }), signal);
        break;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.code === "upload_refused") this.#over = true; // the form has expired: a new match is needed
        attempt = await this.#waitOut(error, attempt, signal);
      }
      const match = await this.#insist(() => this.#api.getMatch(path, signal), signal);
      if (match.status !== "awaiting_upload") break;
      this.#emit("sending", { percent: 0 });
    }
    this.#created = null;
    await this.#follow(path, signal, { resumed: false });
  }

  /** @param {string} path @param {AbortSignal} signal @param {{resumed: boolean}} how */
  async #follow(path, signal, { resumed }) {
    this.#over = false;
    this.#emit("looking", { resumed });
    const began = performance.now();
    if (!resumed) await pause(FIRST_POLL_MS, signal);
    for (let polls = 1;; polls++) {
      const match = await this.#insist(
        () => this.#api.getMatch(path, signal),
        signal,
        () => this.#memory.forget("match.pending"),
      );
      if (match.status === "succeeded") return this.#succeed(path, match, signal);
      if (match.status === "failed" || match.status === "expired") return this.#fail(match);
      const waited = performance.now() - began;
      if (match.status === "awaiting_upload" && resumed && waited > ARRIVAL_MS) throw new Problem("upload_interrupted");
      if (waited > PATIENCE_MS) throw new Problem("timed_out");
      await pause(pollMs(match.poll_after_ms || FIRST_POLL_MS, polls), signal);
    }
  }

  /** @param {string} path @param {Match} match @param {AbortSignal} signal */
  async #succeed(path, match, signal) {
    const previous = this.#memory.recall("match.kept");
    this.#memory.forget("match.pending");
    if (isGuests(path)) {
      if (previous && previous !== path) this.#discard(previous);
      this.#memory.remember("match.kept", path);
      if (this.#account.email !== null) {
        await this.#adopt(path, signal);
        path = memberPath(match.match_id);
      }
    }
    this.#end(path, match, true);
  }

  /** @param {Match} match */
  #fail(match) {
    this.#over = true;
    this.#created = null;
    const failure = match.failure ?? { code: match.status === "expired" ? "expired" : "unexpected" };
    this.#emit("failed", { failure, match });
  }

  /**
   * Gives a guest's match to the member who has signed in since.
   * @param {string} kept
   * @param {AbortSignal} signal
   * @returns {Promise<Match | null>} null if it does not exist any more, or was adopted and the answer got lost
   */
  async #adopt(kept, signal) {
    let adopted = null;
    try {
      adopted = await this.#insist(() => this.#api.adoptMatch(kept, signal), signal);
    } catch (error) {
      if (!(error instanceof Problem && error.code === "not_found")) throw error;
    }
    this.#memory.forget("match.kept");
    return adopted;
  }

  /** @param {string} kept @param {AbortSignal} signal */
  async #revisit(kept, signal) {
    const match = await this.#insist(() => this.#api.getMatch(kept, signal), signal, () => this.#memory.forget("match.kept"));
    if (match.status === "succeeded") return this.#end(kept, match, false);
    this.#memory.forget("match.kept");
    throw new Problem("not_found");
  }

  /**
   * Shows the newest match that succeeded.
   * @param {AbortSignal} signal
   * @param {Match | null} adopted one that the list, which lags a little, may not have yet
   * @returns {Promise<boolean>} whether there was one
   */
  async #revisitLatest(signal, adopted) {
    let newest = adopted;
    for (/** @type {string | null} */ let cursor = null;;) {
      const from = cursor;
      /** @type {MatchPage} */
      const page = await this.#insist(() => this.#api.listMatches(from, signal), signal);
      const listed = page.matches.find(({ status }) => status === "succeeded");
      if (listed && (!newest || listed.created_at > newest.created_at)) newest = listed;
      cursor = page.next_cursor;
      if (newest || !cursor) break;
    }
    if (newest) this.#end(memberPath(newest.match_id), newest, false);
    return newest !== null;
  }

  /** @param {string} path @param {Match} match @param {boolean} fresh */
  #end(path, match, fresh) {
    this.#over = true;
    this.#created = null;
    this.#shown = path;
    this.#emit("succeeded", { match, fresh });
  }

  /**
   * Repeats a request while its problem may pass.
   * @template T
   * @param {() => Promise<T>} request
   * @param {AbortSignal} signal
   * @param {() => void} [onGone] when the server no longer knows the match
   * @returns {Promise<T>}
   */
  async #insist(request, signal, onGone) {
    for (let attempt = 1;;) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.code === "not_found") onGone?.();
        attempt = await this.#waitOut(error, attempt, signal);
      }
    }
  }

  /**
   * Waits until another attempt makes sense; throws the problem if none does. Without a network the wait has no limit
   * and costs no attempt.
   * @param {Problem} problem
   * @param {number} attempt
   * @param {AbortSignal} signal
   * @returns {Promise<number>} which attempt comes next
   */
  async #waitOut(problem, attempt, signal) {
    if (!problem.passing || (attempt >= ATTEMPTS && navigator.onLine)) throw problem;
    const next = navigator.onLine ? attempt + 1 : attempt;
    this.#emit("stalled", { code: navigator.onLine ? problem.code : "offline" });
    while (!navigator.onLine) await pause(Infinity, signal);
    await pause(backoffMs(attempt, problem.retryAfterMs), signal);
    return next;
  }

  #discardPending() {
    const pending = this.#memory.recall("match.pending");
    this.#memory.forget("match.pending");
    if (pending) this.#discard(pending);
    this.#created = this.#shown = null;
    this.#over = true;
  }

  /** @param {string} path */
  #discard(path) {
    this.#setDiscarded([...this.#discarded, path]);
    void this.#sweep();
  }

  /** Deletes the discarded matches; a match that the page cannot delete now waits for the next call. */
  async #sweep() {
    for (const path of this.#discarded) {
      try {
        await this.#api.deleteMatch(path);
      } catch (error) {
        if (error instanceof Problem && (error.passing || error.code === "signed_out")) continue;
      }
      this.#setDiscarded(this.#discarded.filter((other) => other !== path));
    }
  }

  /** @returns {string[]} */
  get #discarded() {
    return this.#memory.recall("match.discarded")?.split(" ") ?? [];
  }

  /** @param {string[]} paths */
  #setDiscarded(paths) {
    if (paths.length) this.#memory.remember("match.discarded", paths.join(" "));
    else this.#memory.forget("match.discarded");
  }

  /**
   * @template {keyof SessionEvents} T
   * @param {T} type
   * @param {SessionEvents[T]} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

// @ts-check
import { Problem } from "./api.js";
import { backoffMs, pause } from "./backoff.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./api.js").Failure} Failure */
/** @typedef {import("./memory.js").Memory} Memory */
/** @typedef {import("./photo.js").Photo} Photo */
/**
 * What a session says happens to its match, in the detail of its events.
 * @typedef {{sending: {percent: number}, looking: {resumed: boolean}, stalled: {code: string},
 *   succeeded: {match: Match, fresh: boolean}, failed: {failure: Failure, match: Match | null}}} SessionEvents
 */

const ATTEMPTS = 6;
const PATIENCE_MS = 180_000;
const ARRIVAL_MS = 10_000;

/**
 * Takes one photo at a time from the device to its result. A guest keeps one match: a new success replaces
 * the old one on the server, and a failure is deleted as soon as another photo is tried.
 */
export class MatchSession extends EventTarget {
  #api;
  #memory;
  #controller = new AbortController();
  /** @type {Photo | null} */
  #photo = null;
  #arrived = false;
  #over = false;

  /** @param {Api} api @param {Memory} memory */
  constructor(api, memory) {
    super();
    this.#api = api;
    this.#memory = memory;
  }

  /** @param {Photo} photo */
  start(photo) {
    return this.#run(async (signal) => {
      this.#discardPending();
      this.#photo = photo;
      this.#emit("sending", { percent: 0 });
      const { match_id: matchId, upload } = await this.#insist(() => this.#api.createMatch(signal), signal);
      this.#memory.remember("pending", matchId);
      await this.#api.upload(upload, photo.jpeg, (percent) => this.#emit("sending", { percent }), signal);
      this.#arrived = true;
      await this.#follow(matchId, signal);
    });
  }

  /**
   * Tries once more: goes on waiting for a photo that has arrived, or sends it again.
   * @returns {Promise<boolean>} false where nothing is left to try with
   */
  async retry() {
    if (this.#photo && !this.#arrived) await this.start(this.#photo);
    else if (this.#over) return false;
    else return this.resume();
    return true;
  }

  /**
   * Finds the match under way or the last one again.
   * @returns {Promise<boolean>} whether there was one to look for
   */
  async resume() {
    const pending = this.#memory.recall("pending");
    const kept = this.#memory.recall("kept");
    if (pending) await this.#run((signal) => this.#follow(pending, signal));
    else if (kept) await this.#run((signal) => this.#revisit(kept, signal));
    return Boolean(pending ?? kept);
  }

  /** Stops whatever is under way and removes it from the server. */
  cancel() {
    this.#controller.abort();
    this.#discardPending();
    this.#photo = null;
  }

  /** Deletes the last match; throws a Problem where that fails. */
  async delete() {
    const kept = this.#memory.recall("kept");
    if (kept) await this.#api.deleteMatch(kept);
    this.#memory.forget("kept");
    this.#photo = null;
  }

  /** @param {(signal: AbortSignal) => Promise<void>} work */
  async #run(work) {
    this.#controller.abort();
    const { signal } = (this.#controller = new AbortController());
    try {
      await work(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) console.error(error);
      const { code, detail } = error instanceof Problem ? error : new Problem("unexpected");
      this.#emit("failed", { failure: { code, message: detail }, match: null });
    }
  }

  /** @param {string} matchId @param {AbortSignal} signal */
  async #follow(matchId, signal) {
    this.#emit("looking", { resumed: !this.#arrived });
    const began = performance.now();
    for (;;) {
      const match = await this.#insist(() => this.#api.getMatch(matchId, signal), signal, () => this.#memory.forget("pending"));
      if (match.status === "succeeded") return this.#succeed(match);
      if (match.status === "failed" || match.status === "expired") return this.#fail(match);
      const waited = performance.now() - began;
      if (match.status === "awaiting_upload" && !this.#arrived && waited > ARRIVAL_MS) throw new Problem("upload_interrupted");
      if (waited > PATIENCE_MS) throw new Problem("timed_out");
      await pause(match.poll_after_ms || 1000, signal);
    }
  }

  /** @param {Match} match */
  #succeed(match) {
    const previous = this.#memory.recall("kept");
    if (previous && previous !== match.match_id) this.#discard(previous);
    this.#memory.remember("kept", match.match_id);
    this.#memory.forget("pending");
    this.#emit("succeeded", { match, fresh: true });
  }

  /** @param {Match} match */
  #fail(match) {
    this.#arrived = false;
    this.#over = true;
    const failure = match.failure ?? { code: match.status === "expired" ? "expired" : "unexpected" };
    this.#emit("failed", { failure, match });
  }

  /** @param {string} matchId @param {AbortSignal} signal */
  async #revisit(matchId, signal) {
    this.#emit("looking", { resumed: true });
    const match = await this.#insist(() => this.#api.getMatch(matchId, signal), signal, () => this.#memory.forget("kept"));
    if (match.status !== "succeeded") {
      this.#memory.forget("kept");
      throw new Problem("not_found");
    }
    this.#emit("succeeded", { match, fresh: false });
  }

  /**
   * Does it again while what stands in the way may pass.
   * @template T
   * @param {() => Promise<T>} request
   * @param {AbortSignal} signal
   * @param {() => void} [onGone] when the server no longer knows the match
   * @returns {Promise<T>}
   */
  async #insist(request, signal, onGone) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.code === "not_found") onGone?.();
        if (!error.passing || attempt === ATTEMPTS) throw error;
        this.#emit("stalled", { code: error.code });
        await pause(backoffMs(attempt, error.retryAfterMs), signal);
      }
    }
  }

  #discardPending() {
    const pending = this.#memory.recall("pending");
    if (pending) this.#discard(pending);
    this.#memory.forget("pending");
    this.#arrived = this.#over = false;
  }

  /** Deletes in the background; where that fails, the photo's own expiry does it. @param {string} matchId */
  #discard(matchId) {
    this.#api.deleteMatch(matchId).catch(() => {});
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

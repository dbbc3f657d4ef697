/** The requests of one match, from sending the photo to reading its result. */
import { insist, isGuests, matchIdOf, memberPath, Problem, waitOut } from "./api.js";
import { pause, pollMs } from "./backoff.js";
import { Discards, KeptMatches, PendingMatch } from "./remembered-matches.js";
import "./words-more.js"; // has the words of the failures

/** @typedef {import("./account.js").Account} Account */
/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").CreatedMatch} CreatedMatch */
/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./api.js").MatchPage} MatchPage */
/** @typedef {import("./api.js").Failure} Failure */
/** @typedef {import("./api.js").Group} Group */
/** @typedef {import("./api.js").Wish} Wish */
/** @typedef {import("./memory.js").Memory} Memory */
/** @typedef {import("./packs.js").Packs} Packs */
/** @typedef {import("./photo.js").Photo} Photo */
/**
 * What is tried: a photo, if one is to be sent; what is asked for, if that does not follow from the chosen pack; and
 * the codes of what had to be left out.
 * @typedef {{photo: Photo | null, wish?: Wish, without?: string[]}} Attempt
 */
/**
 * The events of a session, with the detail of each.
 * @typedef {{sending: {percent: number}, looking: {resumed: boolean}, stalled: {code: string},
 *   succeeded: {path: string, match: Match, fresh: boolean, sample: boolean, without: string[]}, failed: {failure: Failure, match: Match | null}}} SessionEvents
 */

const PATIENCE_MS = 360_000;
const ARRIVAL_MS = 10_000;
const FIRST_POLL_MS = 150;
/** So many earlier photos the API takes together with a new one. */
const MOST_EARLIER = 4;

/**
 * Takes one photo at a time from the device to its result. One photo makes one match, however often it has to
 * be sent. A failure is deleted as soon as another photo is tried. If a match cannot be deleted now, the browser remembers it and the page deletes it later.
 */
export class MatchSession extends EventTarget {
  #api;
  #account;
  #memory;
  #packs;
  #discards;
  #kept;
  #pending;
  #controller = new AbortController();
  /** @type {Attempt | null} */
  #attempt = null;
  /** @type {CreatedMatch | null} what the photo is sent with, until it has arrived */
  #created = null;
  /** Whether the match ended, so that trying again means sending the photo again. */
  #over = true;
  /** @type {string | null} the path of the match on the page */
  #shown = null;

  /** @param {Api} api @param {Account} account @param {Memory} memory @param {Pick<Packs, "chosen" | "among" | "chooseAmong">} packs */
  constructor(api, account, memory, packs) {
    super();
    this.#api = api;
    this.#account = account;
    this.#memory = memory;
    this.#packs = packs;
    this.#discards = new Discards(api, memory);
    this.#kept = new KeptMatches(api, memory, this.#discards);
    this.#pending = new PendingMatch(memory);
    addEventListener("pagehide", () => this.#shown && this.#isSample(this.#shown) && void this.#discards.add(this.#shown));
  }

  /** Whether there is a result to go back to. */
  get hasResult() {
    return this.#kept.photos.length > 0;
  }

  /** Whether deleting the result deletes several photos: a member's earlier ones are matches of their own. */
  get hasSeveralPhotos() {
    return this.#kept.photos.filter(isGuests).length > 1;
  }

  /** The paths of a guest's last results, newest first. */
  get results() {
    return this.#kept.results.flatMap(({ paths }) => paths.slice(-1));
  }

  /** @param {Photo} photo that of a sample makes a match which is deleted as soon as it is left */
  start(photo) {
    return this.#begin({ photo });
  }

  /**
   * Sends another photo of the same person. Its result is for the photos of the last result as well.
   * @param {Photo} photo
   * @param {Pick<Match, "pack" | "among">} result
   */
  add(photo, { pack, among }) {
    return this.#begin({ photo, wish: { pack, among, together_with: this.#kept.photos.slice(-MOST_EARLIER).map(matchIdOf) } });
  }

  /**
   * Compares the photo of a result with others, without sending it again.
   * @param {Pick<Match, "match_id" | "pack">} result
   * @param {Group} among
   */
  replay({ match_id, pack }, among) {
    return this.#begin({ photo: null, wish: { pack, among, photo_of: match_id } });
  }

  /** @param {Attempt} attempt */
  #begin(attempt) {
    return this.#run(async (signal) => {
      this.#discardPending();
      this.#attempt = attempt;
      if (attempt.photo) this.#emit("sending", { percent: 0 });
      else this.#emit("looking", { resumed: false });
      const created = (this.#created = await this.#create(attempt, signal));
      this.#over = false;
      this.#pending.begin(created.path);
      if (attempt.photo?.from === "sample") this.#memory.rememberAll("match.samples", [...this.#samples, created.path]);
      await this.#deliver(created, attempt.photo, signal);
    });
  }

  /**
   * Begins the match. Where something that it builds on has gone, asks again without that.
   * @param {Attempt} attempt
   * @param {AbortSignal} signal
   * @returns {Promise<CreatedMatch>}
   */
  async #create({ photo, wish, without = [] }, signal) {
    const asMember = this.#account.email !== null;
    const key = crypto.randomUUID?.(); // not there without HTTPS
    const wanted = wish ?? { pack: this.#packs.chosen, among: this.#packs.among }; // once: under the same key, the API refuses another
    try {
      return await this.#insist(() => this.#api.createMatch(asMember, wanted, key, signal), signal);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "unknown_pack") this.#attempt = photo && { photo };
      const less = withLess(wanted, error.code);
      if (!less) throw error;
      if (error.code === "unknown_group") this.#packs.chooseAmong("everyone");
      this.#attempt = { photo, wish: less, without: [...without, error.code] };
      return this.#create(this.#attempt, signal);
    }
  }

  /**
   * Tries once more: goes on with the match under way, or sends the photo again.
   * @returns {Promise<boolean>} false if there is nothing to try with
   */
  async retry() {
    const [attempt, created] = [this.#attempt, this.#created];
    if (attempt && created && !this.#over) await this.#run((signal) => this.#deliver(created, attempt.photo, signal));
    else if (!this.#over) return this.resume();
    else if (attempt) await this.#begin(attempt);
    else return false;
    return true;
  }

  /**
   * Finds the match under way or the last one again.
   * @returns {Promise<boolean>} whether there was one
   */
  async resume() {
    void this.#discards.sweep();
    if (this.#isSample(await this.#pending.find())) this.#discardPending();
    const pending = this.#pending.path;
    const kept = this.#kept.last;
    const isMember = this.#account.email !== null;
    if (!pending && !kept && !isMember) return false;
    let found = true;
    await this.#run(async (signal) => {
      this.#over = false; // so that trying again means this
      if (!pending) this.#emit("looking", { resumed: true });
      if (pending) await this.#follow(pending, signal, { resumed: true });
      else if (kept && !isMember) await this.#revisit(kept, signal);
      else {
        const adopted = kept ? await this.#adopt(signal) : null;
        found = await this.#revisitLatest(signal, adopted);
      }
    });
    return found;
  }

  /** Stops the match under way and removes it from the server. */
  cancel() {
    this.#controller.abort();
    this.#discardPending();
    this.#attempt = null;
  }

  /** Forgets the match on this page and its photos, and leaves them on the server. */
  leave() {
    this.#abandon();
    this.#memory.forget("match.photos");
  }

  #abandon() {
    this.#controller.abort();
    if (this.#isSample(this.#pending.path)) this.#discardPending();
    this.#pending.end();
    this.#attempt = this.#created = this.#shown = null;
    this.#over = true;
  }

  /** Goes back to the last result, from a photo that made none. */
  async back() {
    const path = this.#kept.photos.at(-1);
    this.cancel();
    if (path) await this.show(path);
  }

  /**
   * Shows a match that ended, such as one of the history, with pictures whose addresses are fresh.
   * @param {string} path
   */
  show(path) {
    this.#abandon();
    return this.#run(async (signal) => {
      this.#emit("looking", { resumed: true });
      const match = await this.#insist(() => this.#api.getMatch(path, signal), signal, () => this.#kept.forget(path));
      this.#end(path, match, false);
    });
  }

  /** @param {string} path @returns {boolean} whether that match is on the page */
  shows(path) {
    return this.#shown === path;
  }

  /** Deletes the match on the page, and a guest's earlier photos of it; throws a Problem if that fails. */
  async delete() {
    if (!this.#shown) throw new Problem("not_found");
    await this.deleteMatch(this.#shown);
    this.#attempt = this.#shown = null;
    this.#kept.photos = [];
  }

  /** Deletes a guest's last results; throws a Problem if that fails. */
  deleteResults() {
    return this.#kept.deleteAll();
  }

  /** Deletes everything kept about the member, and a guest's matches on this device; throws a Problem if that fails. */
  async forgetMe() {
    const pending = this.#pending.path;
    if (pending && isGuests(pending)) await this.#api.deleteMatch(pending);
    await this.#kept.deleteAll();
    await this.#api.forgetMe();
    this.leave();
    this.#memory.forgetAll();
  }

  /** Deletes a match now, or later if that fails. @param {string} path */
  discard(path) {
    this.#kept.forget(path);
    return this.#discards.add(path);
  }

  /** @param {string} path */
  async deleteMatch(path) {
    await this.#kept.delete(path);
    if (this.#pending.path === path) this.#pending.end();
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
   * Sends the photo, if there is one to send, until it has arrived. A lost answer says nothing about the photo, so the
   * session reads the match before it uses the same form again.
   * @param {CreatedMatch} created
   * @param {Photo | null} photo
   * @param {AbortSignal} signal
   */
  async #deliver({ path, upload }, photo, signal) {
    for (let attempt = 1; upload && photo;) {
      try {
        await this.#api.upload(upload, photo.jpeg, (percent) => this.#emit("sending", { percent }), signal);
        break;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.code === "upload_refused") this.#over = true; // the form has expired: a new match is needed
        attempt = await waitOut(error, attempt, signal, this.#stall);
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
        () => this.#pending.end(),
      );
      if (match.status === "succeeded") return this.#succeed(path, match, signal);
      if (match.status === "failed" || match.status === "expired") return this.#fail(match);
      const waited = performance.now() - began;
      if (match.status === "awaiting_upload" && resumed && waited > ARRIVAL_MS) throw new Problem("upload_interrupted");
      if (waited > PATIENCE_MS) throw new Problem("timed_out");
      await pause(pollMs(match.poll_after_ms, polls), signal);
    }
  }

  /** @param {string} path @param {Match} match @param {AbortSignal} signal */
  async #succeed(path, match, signal) {
    if (this.#isSample(path)) return this.#end(path, withoutOwner(match), true); // it stays pending, and goes with the next step
    const earlier = match.selfies > 1 ? this.#kept.photos.filter((other) => other !== path) : [];
    this.#pending.end();
    this.#kept.add([...earlier, path]);
    if (isGuests(path) && this.#account.email !== null) {
      await this.#adopt(signal);
      path = memberPath(match.match_id);
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

  /** @param {AbortSignal} signal */
  #adopt(signal) {
    return this.#kept.adopt((path) => this.#insist(() => this.#api.adoptMatch(path, signal), signal));
  }

  /** @param {string} kept @param {AbortSignal} signal */
  async #revisit(kept, signal) {
    const match = await this.#insist(() => this.#api.getMatch(kept, signal), signal, () => this.#kept.forget(kept));
    if (match.status === "succeeded") return this.#end(kept, match, false);
    this.#kept.forget(kept);
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
    const sample = this.#isSample(path);
    if (!sample) this.#kept.show(path);
    this.#emit("succeeded", { path, match, fresh, sample, without: (fresh && this.#attempt?.without) || [] });
  }

  /**
   * Repeats a request while its problem may pass.
   * @template T
   * @param {() => Promise<T>} request
   * @param {AbortSignal} signal
   * @param {() => void} [onGone] when the server no longer knows the match
   * @returns {Promise<T>}
   */
  #insist(request, signal, onGone) {
    return insist(request, signal, this.#stall, onGone);
  }

  #stall = (/** @type {string} */ code) => this.#emit("stalled", { code });

  /** The paths of the matches of sample faces that are still there. */
  get #samples() {
    return this.#memory.recallAll("match.samples");
  }

  /** @param {string | null} path */
  #isSample(path) {
    return path !== null && this.#samples.includes(path);
  }

  #discardPending() {
    const pending = this.#pending.path;
    this.#pending.end();
    if (pending) this.#discards.add(pending);
    this.#memory.rememberAll("match.samples", this.#samples.filter((path) => path !== pending));
    this.#created = this.#shown = null;
    this.#over = true;
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

/**
 * Leaves out whom a sample face belongs to.
 * @param {Match} match
 * @returns {Match}
 */
function withoutOwner(match) {
  const [first, ...others] = match.celebrities;
  if (!first?.same_person || !others.length) return match;
  return { ...match, celebrities: others.map((other, place) => ({ ...other, rank: place + 1 })) };
}

/**
 * What can still be asked for where a part of a wish has gone; null if that part is needed.
 * @param {Wish} wish
 * @param {string} code
 * @returns {Wish | null}
 */
function withLess({ together_with, ...wish }, code) {
  if (code === "unknown_match" && together_with) return wish;
  // Earlier photos were compared with the group that has gone, so they do not go together with this one either.
  if (code === "unknown_group" && wish.among !== "everyone") return { ...wish, among: "everyone" };
  return null;
}

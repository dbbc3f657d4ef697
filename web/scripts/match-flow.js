/**
 * The way of one photo over the screens, from the visitor's device to the result or to what went wrong.
 */
import { Problem } from "./api.js";
import { listen } from "./element.js";
import { failureWords } from "./failures.js";
import { aimOf } from "./places.js";
import { announce } from "./status-line.js";
import { words } from "./words.js";

/** @typedef {import("./api.js").Failure} Failure */
/** @typedef {import("./api.js").Group} Group */
/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./match-session.js").MatchSession} MatchSession */
/** @typedef {import("./match-session.js").SessionEvents} SessionEvents */
/** @typedef {import("./photo.js").Photo} Photo */
/** @typedef {{photo: Photo, faces: Box[]}} Faces a photo of several people, and where their faces are */
/**
 * @typedef {object} FlowNeeds
 * @property {import("./parts.js").Part<MatchSession>} session
 * @property {import("./screens.js").Screens} screens
 * @property {import("./parts.js").Parts} parts
 * @property {ReturnType<typeof import("./premiere-stage.js").premiereStage>} stage
 * @property {ReturnType<typeof import("./failures.js").failureNotice>} notice
 * @property {ReturnType<typeof import("./photo-drop.js").photoOpening>} opening
 * @property {{offer(last: {path: string, name: string} | null): void}} welcome
 */

export class MatchFlow {
  #needs;
  /** @type {Photo | null} the photo on the page, sent or not */
  #photo = null;
  /** @type {Faces | null} what the photo on the page is cut out of */
  #cutFrom = null;
  /** Whether the last file could not be opened. */
  #unreadable = false;
  /** @type {Pick<Match, "pack" | "among" | "selfie_url"> | null} the result that the photo is added to */
  #adding = null;
  /** @type {Match | null} the result whose photo is compared with others */
  #replayed = null;
  /** @type {string | null} the match of a face that is not the visitor's, who is choosing another in the photo */
  #mistaken = null;
  #preparation = new Preparation();
  /** @type {ReturnType<typeof import("./match-progress.js").matchProgress> | null} loaded with the session */
  #progress = null;
  /** Whether the match goes on once the visitor has signed in again. */
  #interrupted = false;
  /** Whether the page was opened without a connection; then only reopening it helps, and the session is not heard. */
  #offline = false;

  /** @param {FlowNeeds} needs */
  constructor(needs) {
    this.#needs = needs;
  }

  /**
   * @param {MatchSession} session whose match is on its way over the screens
   * @param {ReturnType<typeof import("./match-progress.js").matchProgress>} progress
   */
  hear(session, progress) {
    this.#progress = progress;
    listen(session, "sending", (/** @type {SessionEvents["sending"]} */ { percent }) => {
      progress.sending(percent);
      this.#showProgress(words.progress.sending_aloud);
    });
    listen(session, "looking", (/** @type {SessionEvents["looking"]} */ { resumed }) => {
      this.#preloadResult();
      progress.looking(resumed);
      this.#showProgress();
      announce(words.progress.looking_aloud);
    });
    listen(session, "stalled", (/** @type {SessionEvents["stalled"]} */ { code }) => progress.stalled(code));
    listen(session, "succeeded", (/** @type {SessionEvents["succeeded"]} */ success) => void this.#showResult(success));
    listen(session, "failed", (/** @type {SessionEvents["failed"]} */ { failure, match }) => {
      if (!this.#offline) this.#end(failure, match);
    });
  }

  /** Whether a photo may be dropped or pasted now. */
  get open() {
    const { screens } = this.#needs;
    return !screens.routed && screens.step !== "progress";
  }

  /**
   * Sends a face that is not the visitor's.
   * @param {() => Promise<Blob>} read
   */
  async trySample(read) {
    const opened = this.#needs.opening.begin();
    await this.#preparation.run(
      async () => {
        const { readPhoto } = await this.#pictures();
        return { ...(await readPhoto(await read())), from: /** @type {const} */ ("sample") };
      },
      (photo) => this.send(photo),
      (error) => this.fail({ code: Problem.from(error).code }),
      releasePhoto,
    );
    opened();
  }

  /** Where the photo on the page comes from, or an unreadable file. */
  get source() {
    return this.#photo?.from ?? (this.#unreadable ? "file" : null);
  }

  /** Whether the visitor has begun nothing on this visit. */
  get idle() {
    const { step } = this.#needs.screens;
    return step === "welcome" || (step === "progress" && !this.#photo);
  }

  /** Whether a photo is on its way, which nothing else may replace. */
  get busy() {
    return this.#needs.screens.step === "progress" && this.#tried;
  }

  /** Whether there is a photo that has no result yet. */
  get #tried() {
    return this.#photo !== null || this.#replayed !== null;
  }

  /** The photo that is looked at, as the stage shows it. */
  get #photoUrl() {
    return this.#photo?.url ?? this.#replayed?.selfie_url ?? null;
  }

  /** @param {Blob} file */
  takeFile(file) {
    this.#needs.parts.preview.preload();
    const opened = this.#needs.opening.begin();
    return this.#preparation.run(
      async () => (await this.#pictures()).readPhoto(file),
      (photo) => this.preview(photo),
      (error) => {
        this.#keep(null);
        this.#unreadable = true;
        this.fail({ code: error instanceof Problem ? error.code : "unsupported_image" });
      },
      releasePhoto,
    ).finally(opened);
  }

  /** @param {Photo} photo */
  preview(photo) {
    this.#keep(photo);
    return this.#preparation.run(
      async () => {
        const { session, parts } = this.#needs;
        return (await Promise.all([parts.preview.load(), session.load()]))[0]; // so that the photo can be sent at once
      },
      (preview) => {
        preview.show(photo, this.#adding !== null);
        this.#play("preview");
      },
      () => this.fail({ code: "page_incomplete" }),
    );
  }

  /** @param {Photo} photo to be turned a quarter */
  turn(photo) {
    return this.#preparation.run(
      async () => (await this.#pictures()).turnPhoto(photo),
      (turned) => this.preview(turned),
      () => this.fail({ code: "unsupported_image" }),
      releasePhoto,
    );
  }

  /** @param {Photo} photo @param {Faces | null} [cutFrom] what it is cut out of */
  send(photo, cutFrom = null) {
    this.#keep(photo, cutFrom);
    markSample(photo.from === "sample");
    return this.#ask((session) => (this.#adding ? session.add(photo, this.#adding) : session.start(photo)));
  }

  /**
   * Sends one face of the photo.
   * @param {Box} face
   * @param {Box[]} others
   */
  async sendFace(face, others) {
    const photo = this.#photo;
    if (!photo) return;
    await this.#preparation.run(
      async () => (await this.#pictures()).cutOut(photo, face, others),
      (cut) => {
        if (this.#mistaken) void this.#discard(this.#mistaken);
        return this.send(cut, { photo, faces: [face, ...others] });
      },
      (error) => this.fail({ code: error instanceof Problem ? error.code : "unexpected" }),
      releasePhoto,
    );
  }

  /**
   * Asks which of the other faces in a result's photo is the visitor's.
   * @param {Match} match
   */
  pickAnother(match) {
    const { selfie_face, other_faces = [] } = match;
    if (selfie_face) void this.#showFaces(match, [selfie_face.box, ...other_faces], this.#needs.screens.path);
  }

  /** Asks again which face is the visitor's, after one that could not be compared. */
  pickAgain() {
    if (!this.#cutFrom) return;
    const { photo, faces } = this.#cutFrom;
    this.#keep(photo);
    void this.#showFaces(null, faces);
  }

  /** Tries the same photo again; starts over if there is nothing to try with. */
  async retry() {
    await this.#ask(async (session) => (await session.retry()) || this.startOver());
  }

  /** @param {{focus?: boolean}} [options] */
  async resume(options) {
    this.#preloadResult();
    const session = await this.#needs.session.load().catch(() => null);
    if (!(await session?.resume()) && !this.#offline) this.showWelcome(options);
  }

  /** Loads what shows a result while it is fetched. */
  #preloadResult() {
    this.#needs.parts.card.preload();
    this.#needs.parts.double.preload();
  }

  /** Goes on where the visitor was before signing in. If they have opened another screen since, they stay there. */
  async goOn() {
    const { screens, session } = this.#needs;
    const isWaiting = location.hash === "#account";
    if (this.#photo && ["preview", "faces", "progress"].includes(screens.step)) return isWaiting ? screens.goHome() : undefined;
    if (isWaiting) screens.leaveRoute();
    if (!this.#interrupted || !(await session.now?.retry())) await this.resume();
  }

  /** @param {string} path of an earlier match */
  revisit(path) {
    this.#needs.screens.riseFromRoute();
    this.#keep(null);
    this.#adding = null;
    return this.#ask((session) => session.show(path));
  }

  /** Goes back to the last result, without the photo on the page. */
  back() {
    this.#keep(null);
    this.#adding = null;
    return this.#ask((session) => session.back());
  }

  /** @param {import("./places.js").Move} move goes where Back or Forward lead */
  moved(move) {
    const { screens } = this.#needs;
    const { routed, step, path } = screens;
    const aim = aimOf(move, { routed, step, path, adding: this.#adding !== null, snapped: this.source === "camera" });
    if (aim === "stay") return screens.goHome();
    if (move.from.step !== null && move.to.at < move.from.at) this.#drop(); // a step that is left is not gone on with
    if (aim === "route") return void screens.follow();
    if (aim === "camera") return screens.go("#camera");
    if (aim === "another" && this.#adding) return void this.add(this.#adding);
    if (aim === "result" && move.to.path) return void this.revisit(move.to.path);
    if (aim === "skip") return history.go(Math.sign(move.to.at - move.from.at));
    this.showWelcome();
  }

  /** Gives up what has not led to a result. */
  #drop() {
    const { session, screens } = this.#needs;
    if (screens.step === "result") return;
    session.now?.cancel();
    this.#keep(null);
    screens.step = this.#adding ? "another" : "welcome";
  }

  /**
   * Asks for another photo, to be compared together with those of a result.
   * @param {Pick<Match, "pack" | "among" | "selfie_url">} result
   */
  add(result) {
    return this.#preparation.run(
      () => this.#needs.parts.another.load(),
      () => {
        this.#adding = result;
        this.#keep(null);
        this.#needs.stage.draw("empty", result.selfie_url);
        this.#play("another");
      },
      () => this.fail({ code: "page_incomplete" }),
    );
  }

  /**
   * Compares the photo of a result with others.
   * @param {Match} result
   * @param {Group} among
   */
  replay(result, among) {
    this.#replayed = result;
    return this.#ask((session) => session.replay(result, among));
  }

  /** Asks for another photo in place of the one on the page; from a result's photo that is looked at, goes back to it. */
  startOver() {
    if (this.#replayed && this.#needs.screens.step === "progress") return void this.back();
    this.#needs.session.now?.cancel();
    if (this.#adding) void this.add(this.#adding);
    else this.showWelcome();
  }

  /** Asks for the only photo of a new result. */
  startNew() {
    this.#needs.session.now?.cancel();
    this.showWelcome();
  }

  /** Goes to the first screen, unless a photo is on its way. */
  goHome() {
    const { screens } = this.#needs;
    if (this.busy) return screens.goHome();
    screens.riseFromRoute();
    this.startNew();
  }

  /** Asks for a photo after the result on the page has been deleted: Back does not lead to it. */
  showDeleted() {
    this.#needs.welcome.offer(null);
    this.#needs.screens.leaveRoute();
    this.showWelcome();
  }

  /** @param {{focus?: boolean}} [options] */
  showWelcome(options) {
    this.#keep(null);
    markSample(false);
    this.#adding = null;
    this.#needs.stage.draw("empty");
    this.#play("welcome", options);
  }

  /** Says that there is no connection. The browser keeps what it remembers of the match for the next visit. */
  goOffline() {
    this.#offline = true;
    this.fail({ code: "offline" });
  }

  /** @param {Failure} reported */
  fail(reported) {
    const { session, stage, notice } = this.#needs;
    // Without a connection a part of the page cannot be loaded, and reloading the page does not help.
    const failure = reported.code === "page_incomplete" && !navigator.onLine ? { code: "offline" } : reported;
    const said = failureWords(failure);
    const hasResult = (this.#tried || this.#adding !== null) && Boolean(session.now?.hasResult);
    notice.show(said, failure.code, { hasResult, source: this.source, isCut: this.#cutFrom !== null });
    stage.draw("dimmed", this.#photoUrl);
    this.#play("failure");
    this.#interrupted = failure.code === "signed_out";
    announce(`${said.message} ${said.hint}`);
  }

  /** @param {Failure} failure @param {Match | null} match */
  #end(failure, match) {
    const faces = failure.faces ?? [];
    // After a reload the match alone tells that its photo was to be added; the photo itself was refused.
    if (match && match.selfies > 1) this.#adding ??= { ...match, selfie_url: null };
    if (failure.code === "not_found" && !this.#photo) this.showWelcome();
    else if (failure.code === "several_faces" && faces.length > 1) void this.#showFaces(match, faces);
    else this.fail(failure);
  }

  /** @param {string} [first] what to announce when the screen comes up */
  #showProgress(first) {
    if (this.#needs.screens.step === "progress") return;
    this.#needs.stage.draw("waiting", this.#photoUrl);
    this.#play("progress");
    if (first) announce(first);
  }

  /** @param {Match | null} match @param {Box[]} faces @param {string | null} [mistaken] */
  #showFaces(match, faces, mistaken = null) {
    const url = match?.selfie_url;
    return this.#preparation.run(
      async (signal) => {
        // After a reload the page does not have the photo any more; the server still has it.
        const fetched = !this.#photo && url ? await this.#fetchPhoto(url, signal).catch(() => null) : null;
        return { fetched, picker: await this.#needs.parts.faces.load().catch(() => null) };
      },
      ({ fetched, picker }) => {
        if (fetched) this.#keep(fetched);
        if (!this.#photo || !picker) return this.fail({ code: "several_faces" });
        this.#mistaken = mistaken;
        picker.show(this.#photo.url, faces, mistaken !== null);
        this.#play("faces");
        announce(picker.message);
      },
      () => this.fail({ code: "several_faces" }),
      ({ fetched }) => releasePhoto(fetched),
    );
  }

  /** @param {SessionEvents["succeeded"]} success */
  async #showResult({ path, match, fresh, sample, without }) {
    const { parts, stage } = this.#needs;
    const [best] = match.celebrities;
    if (!best) return this.fail({ code: "unexpected" });
    const selfie = { url: (fresh && this.#photo?.url) || match.selfie_url, face: match.selfie_face };
    await this.#preparation.run(
      async () => (await Promise.all([parts.card.load(), parts.double.load()]))[0],
      (card) => {
        markSample(sample);
        if (!sample) this.#needs.welcome.offer({ path, name: best.name });
        document.body.dataset.entrance = fresh ? "premiere" : "encore";
        stage.draw("waiting", fresh ? selfie.url : null);
        this.#adding = this.#replayed = null;
        card.show(match, selfie, { fresh, sample }, without);
        this.#play("result", { path, news: fresh ? words.progress.ready(best.name) : "" });
        return stage.reveal(best, selfie).then(card.showPictures); // the star's comes first
      },
      () => this.fail({ code: "page_incomplete" }),
    );
  }

  /**
   * Asks the session for something, as soon as it is loaded.
   * @param {(session: MatchSession) => Promise<unknown>} work
   */
  async #ask(work) {
    const session = this.#needs.session.now ?? (await this.#needs.session.load().catch(() => null));
    if (session) await work(session);
    else this.fail({ code: "page_incomplete" });
  }

  /** Deletes the result of a face that is not the visitor's. @param {string} path */
  async #discard(path) {
    this.#mistaken = null;
    this.#needs.welcome.offer(null);
    await this.#ask(async (session) => session.discard(path));
  }

  /** Loads what reads and cuts pictures. */
  #pictures() {
    return this.#needs.parts.photo.load().catch(() => {
      throw new Problem("page_incomplete");
    });
  }

  /** @param {string} url @param {AbortSignal} signal */
  async #fetchPhoto(url, signal) {
    const { readPhoto } = await this.#pictures();
    return readPhoto(await (await fetch(url, { cache: "no-store", signal })).blob());
  }

  /** @param {Photo | null} photo @param {Faces | null} [cutFrom] what it is cut out of */
  #keep(photo, cutFrom = null) {
    const kept = [photo, cutFrom?.photo];
    for (const old of [this.#photo, this.#cutFrom?.photo]) {
      if (old && !kept.includes(old)) releasePhoto(old);
    }
    this.#photo = photo;
    this.#cutFrom = cutFrom;
    this.#unreadable = false;
    this.#replayed = null;
  }

  /** @type {import("./screens.js").Screens["play"]} */
  #play(step, options = {}) {
    this.#preparation.supersede();
    this.#interrupted = false;
    if (step !== "progress") this.#progress?.rest();
    this.#needs.screens.play(step, options);
  }
}

/** Prepares one step at a time: the next one drops the step that is being prepared. */
class Preparation {
  #controller = new AbortController();

  /**
   * Prepares a step and then shows it. If another step begins first, this one is dropped.
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} prepare
   * @param {(ready: T) => unknown} show
   * @param {(error: unknown) => void} fail
   * @param {(late: T) => void} [drop] releases what was prepared too late
   */
  async run(prepare, show, fail, drop = () => {}) {
    const signal = this.supersede();
    await prepare(signal).then(
      (ready) => (signal.aborted ? drop(ready) : show(ready)),
      (error) => signal.aborted || fail(error),
    );
  }

  /** Drops the step that is being prepared. */
  supersede() {
    this.#controller.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}

/** @param {boolean} sample whether the face is not the visitor's */
function markSample(sample) {
  document.body.toggleAttribute("data-sample", sample);
}

/** @param {Photo | null} photo */
function releasePhoto(photo) {
  if (photo) URL.revokeObjectURL(photo.url);
}

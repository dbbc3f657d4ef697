// @ts-check
import { Problem } from "./api.js";
import { backoffMs, pause, pollMs } from "./backoff.js";
import { failureWords } from "./failures.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Failure} Failure */
/** @typedef {import("./api.js").UploadForm} UploadForm */
/** @typedef {{name: string, image_url: string}} Twin */
/**
 * A portrait to be added; with a celebrity_id, to somebody who is there already.
 * @typedef {{name: string, celebrity_id?: string, author: string, license: string, license_url?: string, source_url?: string}} NewPortrait
 */
/**
 * What has become of a portrait. `same_face_as` is somebody else in the pack who nearly certainly has that face.
 * @typedef {object} Report
 * @property {"awaiting_upload" | "indexed" | "refused"} status the first also of one that the server does not know (any more)
 * @property {string | null} name
 * @property {string | null} image_url
 * @property {Failure | null} failure
 * @property {Twin | null} same_face_as
 * @property {number} poll_after_ms
 */

const PATIENCE_MS = 120_000;
/** A pack is measured some seconds after its last change, and later where others change it, too. */
const TWIN_WITHIN_MS = 30_000;
const GONE_WITHIN_MS = 10_000;
const ATTEMPTS = 4;
const POLL_MS = 400;

/** What only curators may ask of the API, so that nobody else's visit carries it. */
export class Curating {
  #api;
  /** @type {Map<string, string>} the refused portraits that the server keeps a record of, to their packs */
  #refused = new Map();

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * Adds a portrait and waits until it has been looked at. Of one that is refused, nothing is left on the server.
   * @param {string} pack
   * @param {NewPortrait} portrait
   * @param {Blob} jpeg
   * @param {(percent: number) => void} onProgress
   * @param {AbortSignal} signal
   * @returns {Promise<{portraitId: string, report: Report}>}
   */
  async add(pack, portrait, jpeg, onProgress, signal) {
    const body = JSON.stringify({ content_type: "image/jpeg", ...portrait });
    const request = { method: "POST", headers: { "Content-Type": "application/json" }, body, signal };
    const reply = await this.#api.sendAsMember(portraitsPath(pack), request);
    const { portrait_id: portraitId, upload } = /** @type {{portrait_id: string, upload: UploadForm}} */ (reply);
    await this.#api.upload(upload, jpeg, onProgress, signal);
    const report = await this.#watch(pack, portraitId, ({ status }) => status !== "awaiting_upload", PATIENCE_MS, signal);
    if (report.status === "awaiting_upload") throw new Problem("timed_out");
    if (report.status === "refused") {
      this.#refused.set(portraitId, pack);
      void this.tidy();
    }
    return { portraitId, report };
  }

  /**
   * Waits a while for somebody else to be found who has a portrait's face.
   * @param {string} pack
   * @param {string} portraitId
   * @param {AbortSignal} signal
   * @returns {Promise<Twin | null>}
   */
  async findTwin(pack, portraitId, signal) {
    return (await this.#watch(pack, portraitId, ({ same_face_as }) => same_face_as !== null, TWIN_WITHIN_MS, signal))
      .same_face_as;
  }

  /**
   * Takes a portrait off, and waits a while until nobody is shown it any more.
   * @param {string} pack
   * @param {string} portraitId
   */
  async remove(pack, portraitId) {
    await this.#delete(pack, portraitId);
    const { signal } = new AbortController();
    await this.#watch(pack, portraitId, ({ status }) => status === "awaiting_upload", GONE_WITHIN_MS, signal).catch(() => {});
  }

  /** Deletes what was refused, quietly: what cannot be deleted now is tried again the next time. */
  async tidy() {
    for (const [portraitId, pack] of this.#refused) {
      await this.#delete(pack, portraitId).then(() => this.#refused.delete(portraitId), () => {});
    }
  }

  /** @param {string} pack @param {string} portraitId one that has already gone counts as deleted */
  async #delete(pack, portraitId) {
    try {
      await this.#api.sendAsMember(portraitPath(pack, portraitId), { method: "DELETE", keepalive: true });
    } catch (error) {
      if (!(error instanceof Problem && error.code === "not_found")) throw error;
    }
  }

  /**
   * Reads a portrait until something is so, or it has taken too long.
   * @param {string} pack
   * @param {string} portraitId
   * @param {(report: Report) => boolean} enough
   * @param {number} patienceMs
   * @param {AbortSignal} signal
   * @returns {Promise<Report>}
   */
  async #watch(pack, portraitId, enough, patienceMs, signal) {
    const began = performance.now();
    let waitMs = POLL_MS;
    for (let polls = 1, failures = 0;; polls++) {
      await pause(waitMs, signal);
      try {
        const reply = await this.#api.sendAsMember(portraitPath(pack, portraitId), { signal });
        const report = /** @type {Report} */ (reply);
        if (enough(report) || performance.now() - began > patienceMs) return report;
        failures = 0;
        waitMs = pollMs(report.poll_after_ms || POLL_MS, polls);
      } catch (error) {
        if (!(error instanceof Problem && error.passing) || ++failures >= ATTEMPTS) throw error;
        waitMs = backoffMs(failures, error.retryAfterMs);
      }
    }
  }
}

/** @param {string} pack */
const portraitsPath = (pack) => `/packs/${encodeURIComponent(pack)}/portraits`;

/** @param {string} pack @param {string} portraitId */
const portraitPath = (pack, portraitId) => `${portraitsPath(pack)}/${encodeURIComponent(portraitId)}`;

/** @type {Record<string, string>} to a curator, whose own face it is not */
const REFUSALS = {
  no_face: "no face can be found in it.",
  several_faces: "it shows several faces. Crop it to the one that is meant.",
  face_too_small: "the face in it is too small.",
  face_turned_away: "the face in it is turned away.",
  face_too_blurry: "the face in it is blurred.",
  face_too_dark: "the face in it is too dark.",
  face_covered: "something covers the face in it.",
  image_too_small: "it has too few pixels.",
  image_too_large: "it is too large a file.",
  unsupported_image: "it could not be read as a photograph.",
  heic_image: "this browser cannot open HEIC. Export it as a JPEG first.",
};

/**
 * Why a photo cannot hang here.
 * @param {Failure} failure
 * @returns {string}
 */
export function refusalWords(failure) {
  const known = Object.hasOwn(REFUSALS, failure.code) ? REFUSALS[failure.code] : undefined;
  return known ? `That photo cannot go on the bill: ${known}` : failureWords(failure).message;
}

/** @type {Record<string, string>} */
const TROUBLES = {
  forbidden: "You are not among the curators any more. Ask whoever runs this house; nothing has been changed.",
  signed_out: "You have been signed out. Sign in again first.",
  network_lost: "We cannot be reached from your device. Check your connection and try again.",
  not_found: "This portrait has gone meanwhile. Reload the page.",
  unknown_pack: "This line-up has left town. Close this, and choose another.",
  timed_out: "Nobody has looked at the photo yet, which takes longer than it should. Look into the line-up again later.",
};

/**
 * What keeps a curator from it.
 * @param {unknown} error
 * @returns {string}
 */
export function troubleWords(error) {
  const { code, detail } = Problem.from(error);
  if (code === "invalid_request" && detail) return `Something in there is not right: ${detail}`;
  return (Object.hasOwn(TROUBLES, code) && TROUBLES[code]) || failureWords({ code }).message;
}

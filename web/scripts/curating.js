/** What curators change in a pack, and the words for what the API refuses them. */
import { Problem } from "./api.js";
import { backoffMs, pause, pollMs } from "./backoff.js";
import "./words-more.js"; // has the words of the failures
import { failureWords } from "./failures.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Failure} Failure */
/** @typedef {import("./api.js").UploadForm} UploadForm */
/** @typedef {{name: string, image_url: string}} Twin */
/**
 * A portrait to be added; with a celebrity_id, to a person who is in the pack already.
 * @typedef {{name: string, celebrity_id?: string, gender?: string, description?: string, author: string, license: string, license_url?: string, source_url?: string}} NewPortrait
 */
/**
 * The state of a portrait. `same_face_as` is another person in the pack who has that face with near certainty.
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

/** The requests that only curators may send. They stand apart, so that no other visit loads them. */
export class Curating {
  #api;
  /** @type {Map<string, string>} the refused portraits that the server keeps a record of, to their packs */
  #refused = new Map();

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * Adds a portrait and waits until the server has examined it. A refused portrait leaves nothing on the server.
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
   * Waits a while for the server to find another person who has the portrait's face.
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
   * Removes a portrait, and waits a while until the server shows it to no visitor any more.
   * @param {string} pack
   * @param {string} portraitId
   */
  async remove(pack, portraitId) {
    await this.#delete(pack, portraitId);
    const { signal } = new AbortController();
    await this.#watch(pack, portraitId, ({ status }) => status === "awaiting_upload", GONE_WITHIN_MS, signal).catch(() => {});
  }

  /** Deletes the refused portraits without telling the curator; if one cannot be deleted now, the next call tries again. */
  async tidy() {
    for (const [portraitId, pack] of this.#refused) {
      await this.#delete(pack, portraitId).then(() => this.#refused.delete(portraitId), () => {});
    }
  }

  /** @param {string} pack @param {string} portraitId a portrait that does not exist any more counts as deleted */
  async #delete(pack, portraitId) {
    try {
      await this.#api.sendAsMember(portraitPath(pack, portraitId), { method: "DELETE", keepalive: true });
    } catch (error) {
      if (!(error instanceof Problem && error.code === "not_found")) throw error;
    }
  }

  /**
   * Reads a portrait until a condition holds or the time is up.
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

/** @type {Record<string, string>} said to a curator, so none of them says *your face* */
const REFUSALS = {
  no_face: "no face can be found in it.",
  several_faces: "it shows several faces. Crop it to the one that is meant.",
  face_too_small: "the face in it is too small.",
  face_turned_away: "the face in it is turned away.",
  face_too_blurry: "the face in it is blurred.",
  face_too_dark: "the face in it is too dark.",
  face_covered: "something covers the face in it.",
  image_too_small: "it has too few pixels.",
  image_too_large: "it is larger than we can take.",
  unsupported_image: "it could not be read as a photograph.",
  heic_image: "this browser cannot open HEIC. Export it as a JPEG first.",
};

/**
 * Return why a photo cannot become a portrait.
 * @param {Failure} failure
 * @returns {string}
 */
export function refusalWords(failure) {
  const known = Object.hasOwn(REFUSALS, failure.code) ? REFUSALS[failure.code] : undefined;
  return known ? `That photo cannot go on the bill: ${known}` : failureWords(failure).message;
}

/** @type {Record<string, string>} */
const TROUBLES = {
  forbidden: "You are not among the curators any more. Ask the people who run this page; nothing has been changed.",
  signed_out: "You have been signed out. Sign in again first.",
  network_lost: "We cannot be reached from your device. Check your connection and try again.",
  not_found: "This portrait is not there any more. Reload the page.",
  unknown_pack: "This line-up is gone. Close this, and choose another.",
  timed_out: "The photo has not been examined yet, which takes longer than it should. Look into the line-up again later.",
};

/**
 * Return the words for what keeps a curator from a change.
 * @param {unknown} error
 * @returns {string}
 */
export function troubleWords(error) {
  const { code, detail } = Problem.from(error);
  if (code === "invalid_request" && detail) return `Something in there is not right: ${detail}`;
  return (Object.hasOwn(TROUBLES, code) && TROUBLES[code]) || failureWords({ code }).message;
}

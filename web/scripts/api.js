// @ts-check
import { readRetryAfter } from "./backoff.js";

/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {{api_url: string, consent_version: string, guests: boolean, local: boolean}} Config */
/** @typedef {{author?: string | null, license?: string | null, license_url?: string | null, source_url?: string | null}} Attribution */
/**
 * @typedef {object} Celebrity
 * @property {number} rank
 * @property {string} celebrity_id
 * @property {string} name
 * @property {number} similarity
 * @property {number} resemblance
 * @property {string} image_url
 * @property {Attribution | null} attribution
 */
/** @typedef {{code: string, message?: string | null, hint?: string | null, faces?: Box[] | null}} Failure */
/**
 * @typedef {object} Match
 * @property {string} match_id
 * @property {"awaiting_upload" | "processing" | "succeeded" | "failed" | "expired"} status
 * @property {number} poll_after_ms
 * @property {string | null} selfie_url
 * @property {"faces" | "landmarks" | null} method
 * @property {Celebrity[]} celebrities
 * @property {Failure | null} failure
 */
/** @typedef {{url: string, fields: Record<string, string>}} UploadForm */
/** @typedef {{match_id: string, upload: UploadForm, upload_expires_at: string}} CreatedMatch */

const PACK = "celebrities";
const MATCHES = "/guest/matches";
const REPLY_WITHIN_MS = 20_000;
const UPLOAD_WITHIN_MS = 180_000;

/** What went wrong between the page and the server, under a code that has words on the page. */
export class Problem extends Error {
  /**
   * @param {string} code
   * @param {{detail?: string | null, retryAfterMs?: number | null}} [more]
   */
  constructor(code, { detail = null, retryAfterMs = null } = {}) {
    super(detail ?? code);
    this.name = "Problem";
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may well succeed a little later. */
  get passing() {
    return ["network_lost", "too_many_requests", "service_unavailable"].includes(this.code);
  }
}

/** The only one who talks to the server. */
export class Api {
  /** @type {Promise<Config> | null} */
  #config = null;

  /** @returns {Promise<Config>} read once, and again after a failure or `forgetConfig` */
  config() {
    this.#config ??= /** @type {Promise<Config>} */ (send("config.json", { cache: "no-cache" })).catch((error) => {
      this.#config = null;
      throw error;
    });
    return this.#config;
  }

  forgetConfig() {
    this.#config = null;
  }

  /**
   * @param {AbortSignal} signal
   * @returns {Promise<CreatedMatch>}
   */
  async createMatch(signal) {
    const { consent_version: consent } = await this.config();
    const body = JSON.stringify({ content_type: "image/jpeg", pack: PACK, consent });
    const headers = { "Content-Type": "application/json" };
    return /** @type {Promise<CreatedMatch>} */ (this.#send("", { method: "POST", headers, body, signal }));
  }

  /**
   * @param {string} matchId
   * @param {AbortSignal} signal
   * @returns {Promise<Match>}
   */
  getMatch(matchId, signal) {
    return /** @type {Promise<Match>} */ (this.#send(`/${encodeURIComponent(matchId)}`, { signal }));
  }

  /**
   * Deletes a match and its photo; one that has already gone counts as deleted.
   * @param {string} matchId
   */
  async deleteMatch(matchId) {
    try {
      await this.#send(`/${encodeURIComponent(matchId)}`, { method: "DELETE", keepalive: true });
    } catch (error) {
      if (!(error instanceof Problem && error.code === "not_found")) throw error;
    }
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   */
  async #send(path, init) {
    const { api_url: base } = await this.config();
    return send(`${base.replace(/\/$/, "")}${MATCHES}${path}`, init);
  }

  /**
   * Sends the photo to the bucket. XMLHttpRequest, because fetch cannot tell how much has been sent.
   * @param {UploadForm} form
   * @param {Blob} photo
   * @param {(percent: number) => void} onProgress
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  upload({ url, fields }, photo, onProgress, signal) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("file", photo, "selfie.jpg"); // S3 ignores every field after the file
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", new URL(url, document.baseURI));
      request.timeout = UPLOAD_WITHIN_MS;
      request.upload.onprogress = ({ loaded, total }) => onProgress(total ? (100 * loaded) / total : 0);
      request.onload = () => {
        if (request.status >= 200 && request.status < 300) resolve();
        else reject(bucketProblem(request));
      };
      request.onerror = request.ontimeout = () => reject(new Problem("network_lost"));
      request.onabort = () => reject(signal.reason);
      signal.addEventListener("abort", () => request.abort());
      if (signal.aborted) reject(signal.reason);
      else request.send(body);
    });
  }
}

/**
 * @param {string} url
 * @param {RequestInit} init
 * @returns {Promise<unknown>}
 */
async function send(url, init) {
  const timeout = AbortSignal.timeout(REPLY_WITHIN_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  try {
    const response = await fetch(url, { ...init, signal });
    if (!response.ok) throw await readProblem(response);
    return response.status === 204 ? null : await response.json();
  } catch (error) {
    if (init.signal?.aborted || error instanceof Problem) throw error;
    throw new Problem(error instanceof SyntaxError ? "unexpected" : "network_lost");
  }
}

/**
 * Our own errors carry a code (RFC 9457); the gateway's only have a status and {"message"}.
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
async function readProblem(response) {
  const retryAfterMs = readRetryAfter(response.headers.get("Retry-After"));
  /** @type {{code?: unknown, detail?: unknown}} */
  const body = (await response.json().catch(() => null)) ?? {};
  const detail = typeof body.detail === "string" ? body.detail : null;
  if (typeof body.code === "string") return new Problem(body.code, { detail, retryAfterMs });
  return new Problem(codeOfStatus(response.status), { retryAfterMs });
}

/** @param {number} status */
function codeOfStatus(status) {
  if (status >= 500) return "service_unavailable";
  /** @type {Record<number, string>} */
  const codes = { 401: "forbidden", 403: "forbidden", 404: "not_found", 413: "image_too_large", 429: "too_many_requests" };
  return codes[status] ?? "unexpected";
}

/** @param {XMLHttpRequest} request */
function bucketProblem({ status, responseText }) {
  if (status >= 500) return new Problem("service_unavailable");
  return new Problem(responseText.includes("EntityTooLarge") ? "image_too_large" : "upload_refused");
}

/** Every request to the API, and what it answers. */
import { backoffMs, pause, readRetryAfter } from "./backoff.js";

/** @typedef {import("./framing.js").Face} Face */
/** @typedef {import("./geometry.js").Box} Box */
/**
 * @typedef {object} Config
 * @property {string} api_url
 * @property {string} consent_version
 * @property {boolean} guests whether they are admitted
 * @property {{endpoint: string, region: string, client_id: string}} cognito
 * @property {boolean} local
 * @property {number} [selfie_retention_days]
 */
/**
 * A pack that people can be matched with, and among whom of it; it has `progress` while the importer fills it.
 * @typedef {{pack: string, title: string, portraits: number, among?: Group[], progress?: {stage: string, done: number, total: number} | null}} Pack
 */
/** @typedef {{author?: string | null, license?: string | null, license_url?: string | null, source_url?: string | null}} Attribution */
/**
 * @typedef {object} Celebrity
 * @property {number} rank
 * @property {string} celebrity_id
 * @property {string} name
 * @property {number} similarity
 * @property {number} resemblance
 * @property {number | null} one_in one in so many pairs of celebrities is as alike, where that is known
 * @property {boolean} [same_person] whether the two pictures most probably show one person
 * @property {string} image_url of the largest copy
 * @property {Copy[]} [images] the portrait in several sizes, smallest first
 * @property {Face | null} [face] where the face is in it
 * @property {Attribution | null} attribution
 */
/** @typedef {{width: number, url: string}} Copy of a picture, so many pixels wide */
/** @typedef {"everyone" | "women" | "men"} Group among whom a face is compared */
/**
 * What a new match is asked for. `together_with` names matches of other photos of the same person; `photo_of` names
 * the match whose photo is used again, so that none is to be sent.
 * @typedef {{pack: string, among: Group, together_with?: string[], photo_of?: string}} Wish
 */
/** @typedef {{code: string, message?: string | null, hint?: string | null, faces?: Box[] | null}} Failure */
/**
 * @typedef {object} Match
 * @property {string} match_id
 * @property {string} created_at
 * @property {string} pack
 * @property {"awaiting_upload" | "processing" | "succeeded" | "failed" | "expired"} status
 * @property {number} poll_after_ms
 * @property {string | null} selfie_url
 * @property {Face | null} [selfie_face] where the face is in it
 * @property {Box[]} [other_faces] the faces in it that were not compared
 * @property {"faces" | "landmarks" | null} method
 * @property {Group} among
 * @property {number} selfies how many photos the result is for
 * @property {number | null} agree how many of them have the first celebrity first on their own
 * @property {boolean | null} one_person whether they most probably all show one person; null where that cannot be told
 * @property {"clear" | "close" | null} certainty how clearly the first celebrity leads
 * @property {Celebrity[]} celebrities
 * @property {Failure | null} failure
 */
/** @typedef {(code: string) => void} Stalled is told what a request waits for */
/** @typedef {{url: string, fields: Record<string, string>}} UploadForm */
/** @typedef {{path: string, upload: UploadForm | null}} CreatedMatch without a form where no photo is to be sent */
/** @typedef {{matches: Match[], next_cursor: string | null}} MatchPage */
/** @typedef {{account: Record<string, string>, exported_at: string} & MatchPage} ExportPage */
/** @typedef {{portrait_id: string, image_url: string, images?: Copy[], face?: Face | null, attribution: Attribution | null}} Portrait */
/** @typedef {{celebrity_id: string, name: string, description?: string, gender?: string, image_url: string, images?: Copy[], face?: Face | null, portraits: Portrait[]}} Person */
/** @typedef {{celebrities: Person[], next_cursor: string | null}} PersonPage */

const GUEST_MATCHES = "/guest/matches";
const MATCHES = "/matches";
const ATTEMPTS = 6;
const REPLY_WITHIN_MS = 20_000;
/** If the server asks for a longer wait than this, the page does not wait: it is a limit for the day. */
const LONGEST_WAIT_MS = 60_000;
const UPLOAD_WITHIN_MS = 180_000;

/** A problem between the page and the server. Its code has words on the page. */
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

  /** @param {unknown} error @returns {Problem} */
  static from(error) {
    if (error instanceof Problem) return error;
    console.error(error);
    return new Problem("unexpected");
  }

  /** Whether the same request may succeed a little later. */
  get passing() {
    return ["network_lost", "too_many_requests", "busy", "service_unavailable"].includes(this.code);
  }
}

/**
 * Return the path of a member's match.
 * @param {string} matchId
 */
export const memberPath = (matchId) => `${MATCHES}/${encodeURIComponent(matchId)}`;

/**
 * Return the id of the match that has a path.
 * @param {string} path
 */
export const matchIdOf = (path) => decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));

/** @param {string} path */
export const isGuests = (path) => path.startsWith(GUEST_MATCHES);

/** Sends every request to the API. It knows a match by its path, which says whether a guest or a member owns it. */
export class Api {
  /** @type {Promise<Config> | null} */
  #config = null;
  #token;

  /** @param {(options?: {renew?: boolean}) => Promise<string>} token returns an id token, or throws signed_out */
  constructor(token) {
    this.#token = token;
  }

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
   * @param {boolean} asMember
   * @param {Wish} wish
   * @param {string | undefined} key a UUID: asking twice with the same one begins one match
   * @param {AbortSignal} signal
   * @returns {Promise<CreatedMatch>}
   */
  async createMatch(asMember, wish, key, signal) {
    const { consent_version: consent } = await this.config();
    const body = JSON.stringify({ ...(!wish.photo_of && { content_type: "image/jpeg" }), ...wish, consent });
    const headers = { "Content-Type": "application/json", ...(key && { "Idempotency-Key": key }) };
    const request = { method: "POST", headers, body, signal };
    const base = asMember ? MATCHES : GUEST_MATCHES;
    const { match_id, upload } = /** @type {{match_id: string, upload: UploadForm | null}} */ (await this.#send(base, request));
    return { path: `${base}/${match_id}`, upload };
  }

  /**
   * @param {string} path
   * @param {AbortSignal} [signal]
   * @returns {Promise<Match>}
   */
  getMatch(path, signal = undefined) {
    return /** @type {Promise<Match>} */ (this.#send(path, { signal }));
  }

  /**
   * Deletes a match and its photo; a match that does not exist any more counts as deleted.
   * @param {string} path
   */
  async deleteMatch(path) {
    try {
      await this.#send(path, { method: "DELETE", keepalive: true });
    } catch (error) {
      if (!(error instanceof Problem && error.code === "not_found")) throw error;
    }
  }

  /**
   * @param {string | null} cursor of the page before, null for the newest
   * @param {AbortSignal} [signal]
   * @returns {Promise<MatchPage>}
   */
  listMatches(cursor, signal = undefined) {
    const query = new URLSearchParams({ limit: "12", ...(cursor && { cursor }) });
    return /** @type {Promise<MatchPage>} */ (this.#send(`${MATCHES}?${query}`, { signal }));
  }

  /**
   * Makes a guest's match the member's.
   * @param {string} path
   * @param {AbortSignal} signal
   * @returns {Promise<Match>}
   */
  adoptMatch(path, signal) {
    const request = { method: "POST", signal };
    return /** @type {Promise<Match>} */ (this.sendAsMember(`${path}/adopt`, request));
  }

  /** @returns {Promise<Pack[]>} the default one first */
  async listPacks() {
    return /** @type {{packs: Pack[]}} */ (await this.#sendPlain("/packs", {})).packs;
  }

  /**
   * @param {string} pack
   * @param {string | null} cursor of the page before
   * @returns {Promise<PersonPage>}
   */
  listPeople(pack, cursor) {
    const query = new URLSearchParams({ pack, limit: "48", ...(cursor && { cursor }) });
    return /** @type {Promise<PersonPage>} */ (this.#sendPlain(`/celebrities?${query}`, {}));
  }

  /**
   * Reads everything kept about the member who has signed in, page by page.
   * @param {string | null} cursor of the page before
   * @returns {Promise<ExportPage>}
   */
  exportMe(cursor) {
    const query = cursor ? `?${new URLSearchParams({ cursor })}` : "";
    return /** @type {Promise<ExportPage>} */ (this.#send(`/me/export${query}`, {}));
  }

  /** Deletes everything kept about the member, and the account itself. */
  async forgetMe() {
    await this.#send("/me", { method: "DELETE" });
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   */
  #send(path, init) {
    return isGuests(path) ? this.#sendPlain(path, init) : this.sendAsMember(path, init);
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   */
  async sendAsMember(path, init) {
    /** @param {string} token */
    const withToken = (token) =>
      this.#sendPlain(path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });
    try {
      return await withToken(await this.#token());
    } catch (error) {
      if (!(error instanceof Problem && error.code === "signed_out")) throw error;
      return withToken(await this.#token({ renew: true }));
    }
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   */
  async #sendPlain(path, init) {
    const { api_url: base } = await this.config();
    return send(`${base.replace(/\/$/, "")}${path}`, init);
  }

  /**
   * Sends the photo to the bucket. It uses XMLHttpRequest because fetch does not report how much it has sent.
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
  if (body.code === "busy" && (retryAfterMs ?? 0) > LONGEST_WAIT_MS) return new Problem("sold_out", { retryAfterMs });
  if (typeof body.code === "string") return new Problem(body.code, { detail, retryAfterMs });
  return new Problem(codeOfStatus(response.status), { retryAfterMs });
}

/** @param {number} status */
function codeOfStatus(status) {
  if (status >= 500) return "service_unavailable";
  /** @type {Record<number, string>} */
  const codes = { 401: "signed_out", 403: "forbidden", 404: "not_found", 413: "image_too_large", 429: "too_many_requests" };
  return codes[status] ?? "unexpected";
}

/** @param {XMLHttpRequest} request */
function bucketProblem({ status, responseText }) {
  if (status >= 500) return new Problem("service_unavailable");
  return new Problem(responseText.includes("EntityTooLarge") ? "image_too_large" : "upload_refused");
}

/**
 * Repeats a request while its problem may pass.
 * @template T
 * @param {() => Promise<T>} request
 * @param {AbortSignal} signal
 * @param {Stalled} stalled
 * @param {() => void} [onGone] when the server no longer knows what is asked for
 * @returns {Promise<T>}
 */
export async function insist(request, signal, stalled, onGone) {
  for (let attempt = 1;;) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "not_found") onGone?.();
      attempt = await waitOut(error, attempt, signal, stalled);
    }
  }
}

/**
 * Waits until another attempt makes sense; throws the problem if none does. Without a network the wait has no limit
 * and costs no attempt.
 * @param {Problem} problem
 * @param {number} attempt
 * @param {AbortSignal} signal
 * @param {Stalled} stalled
 * @returns {Promise<number>} which attempt comes next
 */
export async function waitOut(problem, attempt, signal, stalled) {
  if (!problem.passing || (attempt >= ATTEMPTS && navigator.onLine)) throw problem;
  const next = navigator.onLine ? attempt + 1 : attempt;
  stalled(navigator.onLine ? problem.code : "offline");
  while (!navigator.onLine) await pause(Infinity, signal);
  await pause(backoffMs(attempt, problem.retryAfterMs), signal);
  return next;
}

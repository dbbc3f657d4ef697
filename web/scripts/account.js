/** The account that is signed in on this device, and its tokens. */
import { Problem } from "./api.js";

/** @typedef {import("./cognito.js").AuthenticationResult} AuthenticationResult */
/** @typedef {import("./cognito.js").Cognito} Cognito */
/** @typedef {import("./memory.js").Memory} Memory */
/** @typedef {{email: string, idToken: string, refreshToken: string, expiresAt: number}} Session */

const MARGIN_MS = 60_000;
/** Cognito's exceptions that end a sign-in; every other problem with renewing it may pass. */
const OVER = ["NotAuthorizedException", "PasswordResetRequiredException", "UserNotConfirmedException", "UserNotFoundException"];

/** The member who has signed in on this device. Tells "changed" when a visitor signs in or out, and whether in another tab. */
export class Account extends EventTarget {
  #cognito;
  #memory;
  /** @type {Promise<string> | null} */
  #renewing = null;
  /** @type {string | null} */
  #last = null;

  /** @param {() => Promise<Cognito>} cognito loaded when it is needed @param {Memory} memory */
  constructor(cognito, memory) {
    super();
    this.#cognito = cognito;
    this.#memory = memory;
    this.#last = this.email;
    addEventListener("storage", () => this.#tell({ elsewhere: true })); // another tab
  }

  /** @returns {string | null} the member's address, null for a guest */
  get email() {
    return this.#session?.email ?? null;
  }

  /** Whether the member may change packs, as far as the token says; the API decides. */
  get curator() {
    try {
      const groups = claimsOf(this.#session?.idToken ?? "")["cognito:groups"];
      return Array.isArray(groups) && groups.includes("curators");
    } catch {
      return false; // there is no token, or it cannot be read
    }
  }

  /** @param {string} email @param {string} password */
  async signIn(email, password) {
    this.#keep(await (await this.#cognito()).signIn(email, password));
    this.#tell();
  }

  /** Signs out on this device at once, and at Cognito if the browser can reach it. */
  signOut() {
    const session = this.#session;
    this.forget();
    if (session) this.#cognito().then((cognito) => cognito.revoke(session.refreshToken)).catch(() => {}); // the token expires anyway
  }

  forget() {
    this.#memory.forget("account");
    this.#tell();
  }

  /**
   * Return the id token for the API; renew it first if it is about to expire.
   * @param {{renew?: boolean}} [options] whether to renew it in any case
   * @returns {Promise<string>}
   * @throws {Problem} signed_out if there is no member, or Cognito has ended the session
   */
  async token({ renew = false } = {}) {
    const session = this.#session;
    if (!session) throw new Problem("signed_out");
    if (!renew && Date.now() < session.expiresAt - MARGIN_MS) return session.idToken;
    this.#renewing ??= this.#renew(session).finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  /** @param {Session} session */
  async #renew(session) {
    try {
      const result = await (await this.#cognito()).refresh(session.refreshToken);
      if (!this.#goesOn(session)) throw new Problem("signed_out");
      return this.#keep(result, session.refreshToken).idToken;
    } catch (error) {
      const { code, passing } = Problem.from(error);
      if (!OVER.includes(code) && code !== "signed_out") throw passing ? error : new Problem("service_unavailable");
      if (this.#goesOn(session)) this.forget();
      throw new Problem("signed_out");
    }
  }

  /** @param {Session} session @returns {boolean} whether the visitor has not signed out or in since, in any tab */
  #goesOn({ refreshToken }) {
    return this.#session?.refreshToken === refreshToken;
  }

  /**
   * @param {AuthenticationResult} result
   * @param {string} [refreshToken] the one that was used: Cognito returns none with a renewal
   */
  #keep({ IdToken, RefreshToken, ExpiresIn }, refreshToken = "") {
    const session = {
      email: emailOf(IdToken),
      idToken: IdToken,
      refreshToken: RefreshToken ?? refreshToken,
      expiresAt: Date.now() + ExpiresIn * 1000,
    };
    this.#memory.remember("account", JSON.stringify(session));
    return session;
  }

  /** @returns {Session | null} */
  get #session() {
    try {
      const kept = JSON.parse(this.#memory.recall("account") ?? "null");
      return typeof kept?.refreshToken === "string" ? kept : null;
    } catch {
      return null; // the page did not write this
    }
  }

  #tell({ elsewhere = false } = {}) {
    if (this.email === this.#last) return;
    this.#last = this.email;
    this.dispatchEvent(new CustomEvent("changed", { detail: { elsewhere } }));
  }
}

/**
 * The email claim of an id token, which is read for display alone.
 * @param {string} idToken
 * @returns {string}
 */
export const emailOf = (idToken) => String(claimsOf(idToken).email ?? "");

/** @param {string} idToken @returns {Record<string, unknown>} */
function claimsOf(idToken) {
  const payload = (idToken.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
  const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

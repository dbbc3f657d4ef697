/** The calls of Cognito’s public API that the page needs. */
import { Problem } from "./api.js";

/** @typedef {import("./api.js").Config} Config */
/** @typedef {{IdToken: string, AccessToken: string, RefreshToken?: string, ExpiresIn: number}} AuthenticationResult */

const REPLY_WITHIN_MS = 20_000;

/**
 * The calls of Amazon Cognito's public API that accounts need, by plain HTTPS: its SDK weighs more than this page.
 * Each throws a Problem whose code is Cognito's own exception, or "network_lost" or "service_unavailable".
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/
 */
export class Cognito {
  #config;

  /** @param {() => Promise<Config>} config */
  constructor(config) {
    this.#config = config;
  }

  /** @param {string} email @param {string} password */
  signUp(email, password) {
    const attributes = [{ Name: "email", Value: email }];
    return this.#call("SignUp", { Username: email, Password: password, UserAttributes: attributes });
  }

  /** @param {string} email @param {string} code */
  confirmSignUp(email, code) {
    return this.#call("ConfirmSignUp", { Username: email, ConfirmationCode: code });
  }

  /** @param {string} email */
  resendCode(email) {
    return this.#call("ResendConfirmationCode", { Username: email });
  }

  /** @param {string} email @param {string} password */
  signIn(email, password) {
    return this.#authenticate("USER_PASSWORD_AUTH", { USERNAME: email, PASSWORD: password });
  }

  /** @param {string} refreshToken */
  refresh(refreshToken) {
    return this.#authenticate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refreshToken });
  }

  /** @param {string} refreshToken */
  revoke(refreshToken) {
    return this.#call("RevokeToken", { Token: refreshToken });
  }

  /** @param {string} email */
  forgotPassword(email) {
    return this.#call("ForgotPassword", { Username: email });
  }

  /** @param {string} email @param {string} code @param {string} password */
  resetPassword(email, code, password) {
    return this.#call("ConfirmForgotPassword", { Username: email, ConfirmationCode: code, Password: password });
  }

  /**
   * @param {string} flow
   * @param {Record<string, string>} parameters
   * @returns {Promise<AuthenticationResult>}
   */
  async #authenticate(flow, parameters) {
    const reply = await this.#call("InitiateAuth", { AuthFlow: flow, AuthParameters: parameters });
    if (!reply.AuthenticationResult) throw new Problem("ChallengeNotSupported"); // a second factor, say
    return reply.AuthenticationResult;
  }

  /**
   * @param {string} action
   * @param {Record<string, unknown>} parameters
   * @returns {Promise<{AuthenticationResult?: AuthenticationResult}>}
   */
  async #call(action, parameters) {
    const { cognito } = await this.#config();
    try {
      const response = await fetch(cognito.endpoint, {
        method: "POST",
        headers: {
          "Content-Type": "application/x-amz-json-1.1",
          "X-Amz-Target": `AWSCognitoIdentityProviderService.${action}`,
        },
        body: JSON.stringify({ ClientId: cognito.client_id, ...parameters }),
        signal: AbortSignal.timeout(REPLY_WITHIN_MS),
      });
      if (response.ok) return JSON.parse((await response.text()) || "{}"); // some answers hold nothing
      const reply = await response.json().catch(() => ({}));
      throw new Problem(exceptionOf(reply, response.status), { detail: reply.message });
    } catch (error) {
      throw error instanceof Problem ? error : new Problem("network_lost");
    }
  }
}

/**
 * The exception that a reply names, "com.amazonaws…#CodeMismatchException" or the last part alone.
 * @param {{__type?: unknown}} reply
 * @param {number} status
 * @returns {string}
 */
function exceptionOf(reply, status) {
  if (status >= 500) return "service_unavailable";
  return typeof reply.__type === "string" ? reply.__type.replace(/^.*#/, "") : "unexpected";
}

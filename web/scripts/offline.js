// @ts-check
import { backoffMs, pause } from "./backoff.js";

/** @typedef {{createScriptURL(url: string): string}} ScriptUrls */

const WORKER = "service-worker.js";

/** Has the page open without a network from the next visit on. It waits until this visit has all that it needs. */
export function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  addEventListener("load", () => void keep().catch(() => {})); // a browser may refuse, and all else works
}

async function keep() {
  await navigator.serviceWorker.register(workerUrl());
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage(performance.getEntriesByType("resource").map(({ name }) => name));
}

/** Where browsers insist on Trusted Types, the one address that may become a script is this. */
function workerUrl() {
  /** @type {{trustedTypes?: {createPolicy(name: string, rules: ScriptUrls): ScriptUrls}}} */
  const { trustedTypes } = /** @type {object} */ (globalThis);
  return trustedTypes?.createPolicy("service-worker", { createScriptURL: () => WORKER }).createScriptURL("") ?? WORKER;
}

/**
 * Opens the page anew once the house answers: what was kept may be an old version, and knows nothing new.
 * @param {() => Promise<unknown>} ask
 */
export async function reopenWhenAnswered(ask) {
  const { signal } = new AbortController();
  for (let attempt = 1;; attempt++) {
    await pause(backoffMs(attempt), signal);
    if (await reopenIfAnswered(ask)) return;
  }
}

/** @param {() => Promise<unknown>} ask @returns {Promise<boolean>} whether it does */
export async function reopenIfAnswered(ask) {
  try {
    await ask();
  } catch {
    return false;
  }
  location.reload();
  return true;
}

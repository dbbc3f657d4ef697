/** Opening the page without a connection, and reopening it once the server answers. */
import { backoffMs, pause } from "./backoff.js";

/** @typedef {{createScriptURL(url: string): string}} ScriptUrls */

const WORKER = "service-worker.js";

/** Makes the page open without a network from the next visit on. It waits until this visit has loaded everything. */
export function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  const start = () => void keep().catch(() => {}); // a browser may refuse; everything else works
  // A language that is loaded first can take longer than everything else.
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
}

async function keep() {
  await navigator.serviceWorker.register(workerUrl());
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage(performance.getEntriesByType("resource").map(({ name }) => name));
}

/** Return the worker's address, the only one that may become a script in a browser that requires Trusted Types. */
function workerUrl() {
  /** @type {{trustedTypes?: {createPolicy(name: string, rules: ScriptUrls): ScriptUrls}}} */
  const { trustedTypes } = /** @type {object} */ (globalThis);
  return trustedTypes?.createPolicy("service-worker", { createScriptURL: () => WORKER }).createScriptURL("") ?? WORKER;
}

/**
 * Reopens the page once the server answers, because the version that the browser kept may be old.
 * @param {() => Promise<unknown>} ask
 */
export async function reopenWhenAnswered(ask) {
  const { signal } = new AbortController();
  for (let attempt = 1;; attempt++) {
    await pause(backoffMs(attempt), signal);
    if (await reopenIfAnswered(ask)) return;
  }
}

/** @param {() => Promise<unknown>} ask @returns {Promise<boolean>} whether the server answers */
export async function reopenIfAnswered(ask) {
  try {
    await ask();
  } catch {
    return false;
  }
  location.reload();
  return true;
}

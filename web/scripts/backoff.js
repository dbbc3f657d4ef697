/** How long the page waits before it asks again. */

const FIRST_MS = 800;
const LONGEST_MS = 15_000;
const PATIENT_POLLS = 8;
const LONGEST_POLL_MS = 5000;

/**
 * Return how long to wait before another attempt. The wait doubles up to a limit, half of it is random, and it is never
 * shorter than the server asks.
 * @param {number} attempt 1 after the first failure
 * @param {number | null} [retryAfterMs] what the server asked for
 * @param {() => number} [random] from 0 to 1
 * @returns {number} milliseconds
 */
export function backoffMs(attempt, retryAfterMs = null, random = Math.random) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.max(retryAfterMs ?? 0, Math.round(ceiling / 2 + (ceiling / 2) * random()));
}

/**
 * Return how long to wait before the page reads a match again: as long as the server asks, and longer after some polls.
 * @param {number} askedMs
 * @param {number} polls how often it has been read
 * @returns {number} milliseconds
 */
export function pollMs(askedMs, polls) {
  const grown = askedMs * 1.3 ** Math.max(0, polls - PATIENT_POLLS);
  return Math.round(Math.max(askedMs, Math.min(LONGEST_POLL_MS, grown)));
}

/**
 * Reads a Retry-After header, which is seconds or a date (RFC 9110, 10.2.3).
 * @param {string | null} header
 * @param {number} [now]
 * @returns {number | null} milliseconds
 */
export function readRetryAfter(header, now = Date.now()) {
  if (!header) return null;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/**
 * Waits; ends early when the connection comes back or the device wakes, and rejects when the signal aborts.
 * @param {number} ms Infinity waits for the connection or the device only
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      document.removeEventListener("visibilitychange", wake);
      signal.removeEventListener("abort", done);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const wake = () => document.visibilityState === "visible" && done();
    const timer = Number.isFinite(ms) ? setTimeout(done, ms) : undefined;
    addEventListener("online", done);
    document.addEventListener("visibilitychange", wake);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}

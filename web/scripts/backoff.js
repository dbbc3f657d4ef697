// @ts-check

const FIRST_MS = 800;
const LONGEST_MS = 15_000;

/**
 * How long to wait before another attempt: doubling, capped, half of it jitter; never sooner than the server asks.
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
 * Waits; ends early when the connection comes back, and rejects when the signal aborts.
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}

/** How times, outcomes and states are said. */

/** @import { Run, Step, Summary } from "./types.js" */

const MARKS = { succeeded: "✓", caught: "!", failed: "✗", running: "…" };

/** @param {string} start @param {string | null} end @returns {number} milliseconds, until now where it has not ended */
export const between = (start, end) => (end ? Date.parse(end) : Date.now()) - Date.parse(start);

/** @param {number} ms */
export function duration(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(2)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** @param {string} outcome */
const plain = (outcome) => outcome.replaceAll("_", " ");

/** @type {Record<string, string>} */
const OTHER_KINDS = {
  succeeded: "succeeded",
  running: "running",
  "duplicate event": "other",
  "discard upload": "other",
  "match gone": "other",
};

/** @param {Pick<Summary, "status" | "outcome">} run @returns {"succeeded" | "refused" | "failed" | "other" | "running" | ""} */
export function kindOf({ status, outcome }) {
  if (status === "RUNNING") return "running";
  if (status !== "SUCCEEDED") return "failed";
  if (outcome === null) return "";
  const kind = OTHER_KINDS[outcome];
  return kind === "succeeded" || kind === "other" ? kind : "refused";
}

export const words = {
  /** @param {Step} step */
  ofStep(step) {
    const took = step.status === "running" ? "running" : duration(between(step.entered, step.exited));
    const retries = step.retries ? `, ${step.retries} ${step.retries === 1 ? "retry" : "retries"}` : "";
    return `${MARKS[step.status]} ${took}${retries}`;
  },

  /** @param {string | null} outcome */
  ofOutcome: (outcome) => plain(outcome ?? "ended"),

  /** @param {Step["status"]} status */
  ofStatus(status) {
    return {
      succeeded: "succeeded",
      caught: "ended in an error, which was caught",
      failed: "failed",
      running: "is running",
    }[status];
  },

  /** @param {number} usd */
  ofCost: (usd) => `about $${usd.toFixed(5)}`,
};

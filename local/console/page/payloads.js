/** What a chosen state received, tried, set and passed on. */

import { between, duration, words } from "./words.js";

/** @import { Attempt, State, Step } from "./types.js" */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name @param {Partial<HTMLElementTagNameMap[Name]>} properties @param {(Node | string)[]} inner
 */
export function make(name, properties = {}, ...inner) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inner);
  return made;
}

/** @param {string} title @param {unknown} value @param {{open?: boolean, alarm?: boolean}} how */
function payload(title, value, { open = true, alarm = false } = {}) {
  const text = typeof value === "string" && alarm ? value : JSON.stringify(value, null, 2);
  const shown = make("pre", { tabIndex: 0, className: alarm ? "alarm" : "" }, text);
  shown.setAttribute("role", "region");
  shown.setAttribute("aria-label", title);
  const details = make("details", { open }, make("summary", {}, title), shown);
  details.dataset.title = title;
  return details;
}

/** @param {Attempt} attempt @param {string} which */
function tried(attempt, which) {
  const took = attempt.ended ? duration(between(attempt.started, attempt.ended)) : "is running";
  /** @type {HTMLElement[]} */
  const parts = [make("h4", {}, `${which}${attempt.service}:${attempt.call}`, make("small", {}, took))];
  parts.push(payload(`${which}Sent`, attempt.parameters));
  if (attempt.result !== null) parts.push(payload(`${which}Got`, attempt.result));
  if (attempt.error) {
    parts.push(payload(`${which}Error`, [attempt.error, attempt.cause].filter(Boolean).join("\n"), { alarm: true }));
  }
  if (attempt.stack_trace) parts.push(payload(`${which}Stack trace`, attempt.stack_trace, { alarm: true }));
  return parts;
}

/** @param {Step | undefined} step @param {State | undefined} state @param {string} began when the run began */
export function payloadsOf(step, state, began) {
  const definition = payload("Definition", state ?? null, { open: !step });
  if (!step) return [make("p", {}, "This run did not come here."), definition];
  const parts = [];
  const facts = [
    words.ofStatus(step.status),
    `${duration(between(began, step.entered))} after the beginning`,
    ...(step.status === "running" ? [] : [`took ${duration(between(step.entered, step.exited))}`]),
    words.ofCost(step.usd),
  ];
  parts.push(make("p", {}, `${facts.join(" · ")}`));
  const isTold = step.attempts.some((attempt) => attempt.error === step.error);
  if (step.error && !isTold) parts.push(payload("Error", [step.error, step.cause].filter(Boolean).join("\n"), { alarm: true }));
  parts.push(payload("Received", step.input));
  step.attempts.forEach((attempt, index) => {
    parts.push(...tried(attempt, step.attempts.length > 1 ? `Try ${index + 1}: ` : ""));
  });
  if (Object.keys(step.variables).length) parts.push(payload("Variables set", step.variables));
  if (step.exited && step.status !== "failed") parts.push(payload("Passed on", step.output));
  return [...parts, definition];
}

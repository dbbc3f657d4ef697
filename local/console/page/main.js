/** The console: lists the runs, shows one, and keeps both up to date. What is shown is in the address. */

import { celebrities } from "./celebrities.js";
import { drawGraph } from "./graph.js";
import { make, payloadsOf } from "./payloads.js";
import { between, duration, kindOf, words } from "./words.js";

/** @import { Run, Step, Summary, Workflow } from "./types.js" */

const LIST_EVERY_MS = 1500;
const RUN_EVERY_MS = 400;

/** @type {Summary[]} */
let runs = [];
/** @type {Run | null} */
let run = null;
/** @type {Workflow | null} */
let workflow = null;
let listTag = "";
let drawn = "";
let explained = "";

/** @param {string} id */
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}
const wanted = /** @type {HTMLInputElement} */ (byId("wanted"));
const kind = /** @type {HTMLSelectElement} */ (byId("kind"));

/** @param {string} path @returns {Promise<any>} the answer's JSON; null where there is none */
async function read(path) {
  const answer = await fetch(path, { cache: "no-store" });
  return answer.ok ? answer.json() : null;
}

const address = () => new URLSearchParams(location.hash.slice(1));

/** @param {string} name @param {string} [state] */
function addressOf(name, state) {
  return `#${new URLSearchParams(state ? { run: name, state } : { run: name })}`;
}

/** @returns {string | undefined} the run in the address, or else the newest */
const chosenRun = () => address().get("run") ?? filtered()[0]?.name;

/** @param {Run} shown the state in the address, or else where it failed, or is, or ended */
function chosenState(shown) {
  const telling = shown.steps.find((step) => step.status === "failed" || step.status === "caught");
  const last = shown.steps.at(-1);
  return address().get("state") ?? (shown.status === "RUNNING" ? last : telling ?? last)?.name ?? "";
}

function filtered() {
  const text = wanted.value.trim().toLowerCase();
  return runs.filter((one) => (!text || one.name.toLowerCase().includes(text)) && (!kind.value || kindOf(one) === kind.value));
}

/** @param {string} moment */
const clock = (moment) => new Date(moment).toLocaleTimeString([], { hourCycle: "h23" });

function showList() {
  const shown = filtered();
  const current = chosenRun();
  const focused = document.activeElement?.getAttribute("href");
  byId("list").replaceChildren(...shown.map((one) => {
    const took = one.stopped ? duration(between(one.started, one.stopped)) : "running";
    const link = make(
      "a",
      { href: addressOf(one.name) },
      make("span", { className: `outcome ${kindOf(one)}` }, words.ofOutcome(one.outcome)),
      make("time", { dateTime: one.started }, clock(one.started)),
      make("code", {}, (one.match_id ?? one.name).slice(0, 13)),
      make("span", { className: "took" }, took),
    );
    if (one.name === current) link.setAttribute("aria-current", "true");
    return make("li", {}, link);
  }));
  if (focused) /** @type {HTMLElement | null} */ (byId("list").querySelector(`a[href="${CSS.escape(focused)}"]`))?.focus();
  byId("count").textContent = shown.length === runs.length ? `${runs.length} runs` : `${shown.length} of ${runs.length} runs`;
}

function showRun() {
  const isNone = !run || !workflow;
  byId("shown").hidden = isNone;
  byId("empty").hidden = !isNone;
  if (!run || !workflow) {
    byId("empty").textContent = runs.length
      ? "This run is not here. Choose another one."
      : "Nothing has run since the stack was started. Play a photo in the game, and its run shows up here by itself.";
    return;
  }
  const state = chosenState(run);
  const signature = JSON.stringify([run, state]);
  if (signature === drawn) return;
  drawn = signature;
  const shown = run;
  byId("title").textContent = `Match ${run.match_id ?? "unknown"}`;
  byId("facts").replaceChildren(
    ...fact("Outcome", words.ofOutcome(run.outcome), `outcome ${kindOf(run)}`),
    ...fact("Began", new Date(run.started).toLocaleString()),
    ...fact("Took", run.stopped ? duration(between(run.started, run.stopped)) : "still running"),
    ...fact("Cost on AWS", words.ofCost(run.usd)),
    ...fact("Run", run.name),
  );
  const svg = drawGraph(workflow, run, state, (name) => addressOf(shown.name, name));
  keepingFocus(() => {
    byId("graph").replaceChildren(svg);
    showSteps(shown, state);
  });
  const step = run.steps.findLast((one) => one.name === state);
  const told = JSON.stringify([run.name, state, step]);
  if (told === explained) return; // what was opened or scrolled there stays so
  explained = told;
  showInGraph();
  byId("state-title").textContent = state;
  byId("payloads").replaceChildren(...payloadsOf(step, workflow.States[state], run.started));
}

/** Brings the chosen state into the middle of a graph that is wider than its frame. */
function showInGraph() {
  const graph = byId("graph");
  const node = graph.querySelector("[aria-current]")?.getBoundingClientRect();
  const frame = graph.getBoundingClientRect();
  if (node) graph.scrollLeft += node.left + node.width / 2 - frame.left - frame.width / 2;
}

/** @param {string} name @param {string} value */
function fact(name, value, className = "") {
  return [make("div", {}, make("dt", {}, name), make("dd", {}, make("span", { className }, value)))];
}

/** @param {Run} shown @param {string} state */
function showSteps(shown, state) {
  const whole = Math.max(1, between(shown.started, shown.stopped));
  byId("steps").replaceChildren(...shown.steps.map((step) => {
    const bar = make("span", { className: "bar" });
    bar.style.setProperty("--from", `${(100 * between(shown.started, step.entered)) / whole}%`);
    bar.style.setProperty("--took", `${(100 * between(step.entered, step.exited)) / whole}%`);
    const link = make(
      "a",
      { href: addressOf(shown.name, step.name), className: step.status },
      make("span", { className: "name" }, step.name),
      bar,
      make("span", { className: "took" }, words.ofStep(step)),
    );
    if (step.name === state) link.setAttribute("aria-current", "true");
    return make("li", {}, link);
  }));
}

/** Draws again, and gives the focus back to the link that had it. @param {() => void} draw */
function keepingFocus(draw) {
  const focused = document.activeElement;
  const place = focused?.closest("#graph, #steps");
  const href = focused?.getAttribute("href");
  draw();
  const again = href && place?.querySelector(`a[href="${CSS.escape(href)}"]`);
  if (again instanceof HTMLElement || again instanceof SVGElement) again.focus({ preventScroll: true });
}

async function refreshList() {
  const found = await read("runs").catch(() => null);
  byId("note").textContent = found
    ? `The newest ${found.most} runs are kept. A restart of the stack forgets them all.`
    : "The local stack does not answer.";
  if (!found) return;
  const tag = JSON.stringify([found.runs, chosenRun()]);
  if (tag === listTag) return;
  listTag = tag;
  runs = found.runs;
  showList();
}

async function refreshRun() {
  const name = chosenRun();
  if (!workflow) workflow = await read("workflow").catch(() => null);
  if (!name) run = null;
  else if (run?.name !== name || !run.stopped) run = (await read(`runs/${encodeURIComponent(name)}`).catch(() => null)) ?? null;
  if (name === chosenRun()) showRun();
}

/** @param {() => Promise<void>} refresh @param {number} every */
async function keepUp(refresh, every) {
  for (;;) {
    if (!document.hidden) await refresh();
    await new Promise((done) => setTimeout(done, every));
  }
}

/** The arrow keys go from one link of a list to the next. @param {KeyboardEvent} event */
function moveFocus(event) {
  const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const list = event.target instanceof Element && event.target.closest("ol");
  if (!down || !list) return;
  const links = [...list.querySelectorAll("a")];
  const next = links[links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement)) + down];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

for (const field of [wanted, kind]) {
  field.addEventListener("input", () => {
    showList();
    void refreshRun();
  });
}
byId("filters").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", moveFocus);
addEventListener("hashchange", () => {
  showList();
  void refreshRun();
});
await refreshList();
const more = celebrities(byId("more"));
void keepUp(more.look, more.every);
void keepUp(refreshList, LIST_EVERY_MS);
void keepUp(refreshRun, RUN_EVERY_MS);

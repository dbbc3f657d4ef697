/**
 * Where each state of a workflow is drawn, from its ASL alone.
 *
 * The way of a success is one column. Every other state has a column beside it, in which its lane begins below the
 * first state that leads there: so all ways to one state are one line, and no line runs through a state.
 */

/** @import { State, Workflow } from "./types.js" */

/**
 * @typedef {{from: string, to: string, kind: "next" | "catch"}} Edge
 * @typedef {{name: string, row: number, column: number}} Place
 */

/** @param {Workflow} workflow @returns {Edge[]} each pair of states once; a plain way before one by an error */
export function edgesOf(workflow) {
  /** @type {Map<string, Edge>} */
  const edges = new Map();
  /** @param {string} from @param {string | undefined} to @param {Edge["kind"]} kind */
  const add = (from, to, kind) => {
    const key = `${from}\n${to}`;
    if (to && to in workflow.States && !edges.has(key)) edges.set(key, { from, to, kind });
  };
  for (const [name, state] of Object.entries(workflow.States)) {
    for (const choice of state.Choices ?? []) add(name, choice.Next, "next");
    add(name, state.Next, "next");
    add(name, state.Default, "next");
    for (const caught of state.Catch ?? []) add(name, caught.Next, "catch");
  }
  return [...edges.values()];
}

/** @param {Workflow} workflow @param {Edge[]} edges @returns {Map<string, number>} the longest way to each state */
function rowsOf(workflow, edges) {
  /** @type {Map<string, number>} */
  const rows = new Map();
  /** @param {string} name @param {number} row @param {Set<string>} before */
  const visit = (name, row, before) => {
    if (before.has(name) || row <= (rows.get(name) ?? -1)) return; // a loop, or a shorter way
    rows.set(name, row);
    const here = new Set(before).add(name);
    for (const edge of edges) if (edge.from === name) visit(edge.to, row + 1, here);
  };
  visit(workflow.StartAt, 0, new Set());
  return rows;
}

/** @param {Workflow} workflow @returns {Set<string>} the states of a run to which nothing happens */
export function mainPath(workflow) {
  /** @type {Set<string>} */
  const path = new Set();
  /** @type {string | undefined} */
  let name = workflow.StartAt;
  while (name && name in workflow.States && !path.has(name)) {
    path.add(name);
    /** @type {State | undefined} */
    const state = workflow.States[name];
    name = state?.Choices?.[0]?.Next ?? state?.Next ?? state?.Default;
  }
  return path;
}

const MOST_COLUMNS = 6; // on either side

/** @param {number} near @returns {number[]} columns to try: that of the state before, then those beside it, further out */
function candidates(near) {
  const outwards = Array.from({ length: MOST_COLUMNS }, (_, index) => index + 1);
  if (!near) return outwards.flatMap((one) => [one, -one]);
  const side = Math.sign(near);
  return [near, ...outwards.map((one) => one * side), ...outwards.map((one) => one * -side)];
}

/** @param {Workflow} workflow @returns {{places: Place[], edges: Edge[], lanes: Map<string, number>}} lanes: first rows */
export function layOut(workflow) {
  const edges = edgesOf(workflow);
  const rows = rowsOf(workflow, edges);
  const main = mainPath(workflow);
  /** @type {Map<string, number>} */
  const lanes = new Map();
  for (const { from, to } of edges) {
    const begin = (rows.get(from) ?? 0) + 1;
    lanes.set(to, Math.min(lanes.get(to) ?? begin, begin));
  }
  /** @type {Map<number, [number, number][]>} which rows of a column are taken */
  const taken = new Map();
  /** @type {Map<string, number>} */
  const columns = new Map();
  /** @param {number} column @param {number} first @param {number} last */
  const isFree = (column, first, last) => !(taken.get(column) ?? []).some(([a, b]) => a <= last && first <= b);
  const others = [...rows.keys()].filter((name) => !main.has(name));
  others.sort((a, b) => (rows.get(a) ?? 0) - (rows.get(b) ?? 0) || (lanes.get(b) ?? 0) - (lanes.get(a) ?? 0));
  for (const name of main) columns.set(name, 0);
  for (const name of others) {
    const last = rows.get(name) ?? 0;
    const first = lanes.get(name) ?? last;
    const above = edges.find((edge) => edge.to === name && edge.kind === "next" && columns.get(edge.from));
    const near = columns.get(above?.from ?? "") ?? 0;
    const column = candidates(near).find((one) => isFree(one, first, last)) ?? MOST_COLUMNS + 1;
    columns.set(name, column);
    taken.set(column, [...(taken.get(column) ?? []), [first, last]]);
  }
  const places = [...rows].map(([name, row]) => ({ name, row, column: columns.get(name) ?? 0 }));
  return { places, edges, lanes };
}

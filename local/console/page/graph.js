/** Draws a workflow, and the way that one run has taken through it. */

import { layOut } from "./layout.js";
import { words } from "./words.js";

/** @import { Run, Step, Workflow } from "./types.js" */
/** @import { Edge, Place } from "./layout.js" */

const COLUMN = 134;
const ROW = 82;
const WIDTH = 120;
const HEIGHT = 56;
const LONGEST_LINE = 14; // characters of a name
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, string | number>} attributes @param {(Node | string)[]} inner */
function element(name, attributes = {}, ...inner) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...inner);
  return made;
}

/**
 * @param {Workflow} workflow @param {Run} run @param {string} chosen the state that is read
 * @param {(state: string) => string} addressOf
 * @returns {SVGElement}
 */
export function drawGraph(workflow, run, chosen, addressOf) {
  const { places, edges, lanes } = layOut(workflow);
  const columns = places.map((place) => place.column);
  const left = Math.min(...columns);
  const width = (Math.max(...columns) - left + 1) * COLUMN;
  const height = (Math.max(...places.map((place) => place.row)) + 1) * ROW;
  const at = new Map(
    places.map((place) => [place.name, { x: (place.column - left + 0.5) * COLUMN, y: (place.row + 0.5) * ROW, ...place }]),
  );
  const taken = new Set(run.steps.slice(1).map((step, index) => `${run.steps[index]?.name}\n${step.name}`));
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "workflow" });
  const [plain, marked] = [element("g"), element("g")];
  for (const edge of edges) {
    const [from, to] = [at.get(edge.from), at.get(edge.to)];
    if (!from || !to) continue;
    const isTaken = taken.has(`${edge.from}\n${edge.to}`);
    const classes = `edge ${edge.kind}${isTaken ? " taken" : ""}`;
    const line = element("path", { d: wayOf(from, to, lanes.get(edge.to) ?? to.row), class: classes });
    (isTaken ? marked : plain).append(line);
  }
  svg.append(plain, marked);
  const steps = new Map(run.steps.map((step) => [step.name, step]));
  const inOrder = [...at.values()].sort((a, b) => a.row - b.row || a.column - b.column);
  for (const place of inOrder) {
    svg.append(drawState(workflow, place, steps.get(place.name), place.name === chosen, addressOf(place.name)));
  }
  return svg;
}

/**
 * A line from one state to another, by way of the other's lane.
 * @param {Place & {x: number, y: number}} from @param {Place & {x: number, y: number}} to @param {number} lane
 */
function wayOf(from, to, lane) {
  const start = from.y + HEIGHT / 2;
  const end = to.y - HEIGHT / 2 - 5;
  const into = Math.max(from.row + 1, lane);
  const entry = into === to.row ? end : (into + 0.5) * ROW - HEIGHT / 2;
  const middle = (start + entry) / 2;
  const curve = from.x === to.x ? `V ${entry}` : `C ${from.x} ${middle} ${to.x} ${middle} ${to.x} ${entry}`;
  return `M ${from.x} ${start} ${curve} V ${end} m -4 0 l 4 5 l 4 -5`;
}

/**
 * @param {Workflow} workflow @param {Place & {x: number, y: number}} place @param {Step | undefined} step
 * @param {boolean} isChosen @param {string} address
 */
function drawState(workflow, place, step, isChosen, address) {
  const type = workflow.States[place.name]?.Type ?? "Task";
  const status = step?.status ?? "unvisited";
  const link = element("a", { href: address, class: `state-node ${status} ${type.toLowerCase()}` });
  if (isChosen) link.setAttribute("aria-current", "true");
  const isEnd = type === "Succeed" || type === "Fail";
  const shape = { x: place.x - WIDTH / 2, y: place.y - HEIGHT / 2, width: WIDTH, height: HEIGHT, rx: isEnd ? HEIGHT / 2 : 10 };
  const lines = place.name.length > LONGEST_LINE ? place.name.split(/ (?=\S+$)/) : [place.name];
  const name = element("text", { class: "name" });
  lines.forEach((line, index) => {
    const y = place.y - 3 + (index + 1 - lines.length) * 15 + (lines.length - 1) * 6;
    name.append(element("tspan", { x: place.x, y }, line), index + 1 < lines.length ? " " : "");
  });
  const text = step ? words.ofStep(step) : "not visited";
  link.append(
    element("rect", shape),
    name,
    element("text", { x: place.x, y: place.y + 11 + lines.length * 4, class: "took" }, text),
  );
  return link;
}

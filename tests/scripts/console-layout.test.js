import assert from "node:assert/strict";
import { test } from "node:test";
import { edgesOf, layOut, mainPath } from "../../local/console/page/layout.js";

/** @type {import("../../local/console/page/types.js").Workflow} */
const workflow = {
  StartAt: "Claim",
  States: {
    Claim: { Type: "Task", Next: "Check", Catch: [{ Next: "Find" }, { Next: "Failed" }] },
    Check: { Type: "Task", Next: "Usable?", Catch: [{ Next: "Record" }] },
    "Usable?": { Type: "Choice", Choices: [{ Next: "Search" }], Default: "Record" },
    Search: { Type: "Task", Next: "Stored", Catch: [{ Next: "Record" }] },
    Stored: { Type: "Succeed" },
    Find: { Type: "Task", End: true },
    Record: { Type: "Task", Next: "Failed" },
    Failed: { Type: "Fail" },
  },
};

const places = new Map(layOut(workflow).places.map((place) => [place.name, place]));

test("The way of a success follows the first choice", () => {
  assert.deepEqual([...mainPath(workflow)], ["Claim", "Check", "Usable?", "Search", "Stored"]);
});

test("Each pair of states has one line, a plain one before one by an error", () => {
  const edges = edgesOf(workflow);
  assert.equal(new Set(edges.map(({ from, to }) => `${from}>${to}`)).size, edges.length);
  assert.equal(edges.find(({ from, to }) => from === "Usable?" && to === "Record")?.kind, "next");
  assert.equal(edges.find(({ from, to }) => from === "Check" && to === "Record")?.kind, "catch");
});

test("Every state has a place of its own", () => {
  const taken = [...places.values()].map(({ row, column }) => `${row},${column}`);
  assert.equal(taken.length, Object.keys(workflow.States).length);
  assert.equal(new Set(taken).size, taken.length);
});

test("Every line leads down", () => {
  for (const { from, to } of edgesOf(workflow)) {
    assert.ok((places.get(from)?.row ?? 9) < (places.get(to)?.row ?? 0), `${from} > ${to}`);
  }
});

test("The way of a success is one column, and no other state is in it", () => {
  const middle = [...places.values()].filter(({ column }) => column === 0).map(({ name }) => name);
  assert.deepEqual(new Set(middle), mainPath(workflow));
});

test("No line runs through a state", () => {
  const { lanes } = layOut(workflow);
  for (const [name, first] of lanes) {
    const { row, column } = places.get(name) ?? { row: 0, column: 0 };
    if (column === 0) continue;
    const inLane = [...places.values()].filter((one) => one.column === column && one.row >= first && one.row < row);
    assert.deepEqual(inLane, [], name);
  }
});

test("A loop has a layout, too", () => {
  const { places } = layOut({ StartAt: "A", States: { A: { Type: "Task", Next: "B" }, B: { Type: "Task", Next: "A" } } });
  assert.deepEqual(places.map(({ row }) => row), [0, 1]);
});

test("A state that nothing leads to is left out", () => {
  const { places } = layOut({ StartAt: "A", States: { A: { Type: "Succeed" }, Lost: { Type: "Succeed" } } });
  assert.deepEqual(places.map(({ name }) => name), ["A"]);
});

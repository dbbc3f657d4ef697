import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { aimOf, Places } from "../../web/scripts/places.js";

/** @typedef {import("../../web/scripts/places.js").Move} Move */
/** @typedef {import("../../web/scripts/places.js").Place} Place */

const MATCH = "/guest/matches/1";
/** @type {EventTarget} */
let page;

/** A browser's history: what is above an entry goes when another is put there. */
class FakeHistory {
  /** @type {unknown[]} */
  entries = [null];
  at = 0;

  get state() {
    return this.entries[this.at];
  }

  /** @param {unknown} state @param {string} [_title] @param {string} [url] without one, the address stays */
  replaceState(state, _title, url) {
    this.entries[this.at] = state;
    if (url) location.hash = "";
  }

  /** @param {unknown} state @param {string} [_title] @param {string} [url] */
  pushState(state, _title, url) {
    this.entries.splice(++this.at, Infinity, state);
    if (url) location.hash = "";
  }

  /** @param {number} by a move beyond the entries does nothing */
  go(by) {
    if (!(this.at + by in this.entries)) return;
    this.at += by;
    page.dispatchEvent(Object.assign(new Event("popstate"), { state: this.state }));
  }

  /** @param {string} hash */
  follow(hash = "#matches") {
    if (location.hash === hash) this.replaceState(null);
    else this.pushState(null);
    location.hash = hash;
    page.dispatchEvent(Object.assign(new Event("popstate"), { state: null }));
  }
}

/** @type {FakeHistory} */
let browser;
/** @type {Move[]} */
let moves;
/** @type {Places} */
let places;
/** How many dialogs are open. */
let dialogs = 0;

beforeEach(() => {
  browser = new FakeHistory();
  page = new EventTarget();
  moves = [];
  for (const [name, value] of Object.entries({ history: browser, location: { pathname: "/", search: "", hash: "" } })) {
    Object.defineProperty(globalThis, name, { configurable: true, value });
  }
  Object.defineProperty(globalThis, "addEventListener", { configurable: true, value: page.addEventListener.bind(page) });
  dialogs = 0;
  places = new Places((move) => moves.push(move), () => dialogs > 0 && dialogs-- > 0);
});
afterEach(() => {
  for (const name of ["history", "location", "addEventListener"]) Reflect.deleteProperty(globalThis, name);
});

/** @param {{step: Place["step"]}[]} entries */
const steps = (entries) => entries.map(({ step }) => step);
const seen = () => steps(/** @type {Place[]} */ (browser.entries));

test("Back closes a dialog while the screen stays, and the next Back leads to the screen before", () => {
  for (const step of /** @type {const} */ (["welcome", "result"])) places.settle(step, null);
  dialogs = 1;

  browser.go(-1);

  assert.deepEqual([dialogs, browser.at, moves], [0, 1, []]);
  browser.go(-1);
  assert.deepEqual(moves.map(({ from, to }) => [from.step, to.step]), [["result", "welcome"]]);
});

test("After a second click on a link, Back closes a dialog all the same", () => {
  places.settle("welcome", null);
  browser.follow();
  browser.follow();
  dialogs = 1;

  browser.go(-1);

  assert.deepEqual([dialogs, browser.at], [0, 1]);
  moves = [];
  browser.follow("#line-up");
  assert.equal(moves.length, 1);
});

test("A photo on its way to its result takes one entry above the first screen", () => {
  for (const step of /** @type {const} */ (["welcome", "preview", "progress"])) places.settle(step, null);
  places.settle("result", MATCH);

  assert.deepEqual(seen(), ["welcome", "result"]);
  assert.deepEqual(browser.state, { at: 1, step: "result", path: MATCH });
});

test("The first screen after a result is above it, so that Back leads to the result again", () => {
  places.settle("welcome", null);
  places.settle("result", MATCH);
  places.settle("welcome", null);

  browser.go(-1);

  assert.deepEqual(moves.at(-1)?.to, { at: 1, step: "result", path: MATCH });
});

test("A result that is shown as the page opens takes the page’s own entry", () => {
  places.settle("progress", null);
  places.settle("result", MATCH);

  assert.deepEqual(seen(), ["result"]);
});

test("What a link opens is above what was shown, and the next step takes its entry where it is left", () => {
  places.settle("welcome", null);
  browser.follow();
  assert.deepEqual(moves.map(({ from, to }) => [from.at, to.at]), [[0, 1]]);

  places.vacate();
  places.settle("preview", null);

  assert.deepEqual(seen(), ["welcome", "preview"]);
});

test("A match that is opened from a list is above the list", () => {
  places.settle("welcome", null);
  browser.follow();

  places.rise();
  places.settle("result", MATCH);

  assert.deepEqual(seen(), ["welcome", null, "result"]);
});

test("Deeper than the page’s own entry, Back stays on the page", () => {
  places.settle("welcome", null);
  const before = places.deep;

  places.settle("preview", null);

  assert.deepEqual([before, places.deep], [false, true]);
});

// What a move leads to

/**
 * @param {Partial<Place>} from
 * @param {Partial<Place>} to
 * @param {Partial<Parameters<typeof aimOf>[1]>} [now]
 */
const aim = (from, to, now = {}) =>
  aimOf(
    { from: { at: 1, step: null, path: null, ...from }, to: { at: 0, step: null, path: null, ...to } },
    { routed: false, step: from.step ?? "welcome", path: null, adding: false, snapped: false, ...now },
  );

/** @type {[string, ReturnType<typeof aimOf>, ReturnType<typeof aimOf>][]} */
const AIMS = [
  ["A preview of a file: Back leads to the first screen", aim({ step: "preview" }, { step: "welcome" }), "welcome"],
  [
    "A preview of a snapshot: Back leads to the camera",
    aim({ step: "preview" }, { step: "welcome" }, { snapped: true }),
    "camera",
  ],
  ["A result: Back leads to the first screen", aim({ step: "result", path: MATCH }, { step: "welcome" }), "welcome"],
  ["A match opened from the list: Back leads to the list", aim({ step: "result" }, {}, { routed: true }), "route"],
  [
    "The first screen after a result: Back leads to the result",
    aim({ step: "welcome" }, { step: "result", path: MATCH }),
    "result",
  ],
  [
    "A screen read over a result: Back leads to the result as it is",
    aim({}, { step: "result", path: MATCH }, { step: "result", path: MATCH }),
    "stay",
  ],
  [
    "A screen read over a result that has gone since: Back looks for that one again",
    aim({}, { step: "result", path: MATCH }, { step: "result", path: "/guest/matches/2" }),
    "result",
  ],
  [
    "A screen read while the result came: Back leads to the result",
    aim({}, { step: "progress" }, { step: "result", path: MATCH }),
    "stay",
  ],
  [
    "A photo that is added: Back leads to where it was asked for",
    aim({ step: "preview" }, { step: "another" }, { adding: true }),
    "another",
  ],
  [
    "A photo that has been added: Back leads past where it was asked for",
    aim({ at: 2, step: "result" }, { at: 1, step: "another" }),
    "skip",
  ],
  ["The first screen twice: Back leads past one", aim({ step: "welcome" }, { step: "welcome" }), "skip"],
  ["A preview whose photo is gone: Forward leads past it", aim({ at: 0, step: "welcome" }, { at: 1, step: "preview" }), "skip"],
  [
    "A failure as the page opened: Back to it leads to the first screen",
    aim({ step: "welcome" }, { step: "failure" }),
    "welcome",
  ],
];
for (const [name, found, wanted] of AIMS) test(name, () => assert.equal(found, wanted));

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Memory } from "../../web/scripts/memory.js";
import { closePage, Page } from "./page.js";

const PATH = "/guest/matches/1";

/** @type {Page} */
let page;

beforeEach(() => (page = new Page()));
afterEach(closePage);

test("What is remembered is known on the next visit", () => {
  new Memory().remember("match.kept", PATH);

  assert.equal(new Memory().recall("match.kept"), PATH);
});

test("A key that was never stored recalls nothing", () => {
  assert.equal(new Memory().recall("match.kept"), null);
});

test("What is forgotten is gone, and the rest stays", () => {
  const memory = new Memory();
  memory.remember("match.kept", PATH);
  memory.remember("match.pending", PATH);
  memory.remember("consent", "7");

  memory.forget("match.kept", "match.pending");

  assert.equal(memory.recall("match.kept"), null);
  assert.equal(memory.recall("match.pending"), null);
  assert.equal(memory.recall("consent"), "7");
});

test("Where the browser refuses to store anything, it is remembered until the page is closed", () => {
  page.storage.refuses = true;
  const memory = new Memory();

  memory.remember("match.kept", PATH);

  assert.equal(memory.recall("match.kept"), PATH);
  assert.equal(new Memory().recall("match.kept"), null);
});

test("Where the browser refuses to store anything, what is forgotten is gone all the same", () => {
  page.storage.refuses = true;
  const memory = new Memory();
  memory.remember("match.kept", PATH);

  memory.forget("match.kept");

  assert.equal(memory.recall("match.kept"), null);
});

test("Where a member is forgotten entirely, what is still to be deleted is not", () => {
  const memory = new Memory();
  const names = /** @type {const} */ (["match.kept", "match.pending", "match.discarded", "consent", "pack", "account"]);
  for (const name of names) memory.remember(name, "something");

  memory.forgetAll();

  assert.deepEqual(names.filter((name) => memory.recall(name) !== null), ["match.discarded"]);
});

test("Where there is no room left, the newer value is still recalled", () => {
  const memory = new Memory();
  memory.remember("account", "old");
  page.storage.setItem = () => {
    throw new DOMException("Full.", "QuotaExceededError");
  };

  memory.remember("account", "new");

  assert.equal(memory.recall("account"), "new");
});

test("Several paths are remembered under one name, and none of them as nothing", () => {
  const memory = new Memory();
  memory.rememberAll("match.photos", ["/matches/1", "/matches/2"]);
  assert.deepEqual(memory.recallAll("match.photos"), ["/matches/1", "/matches/2"]);

  memory.rememberAll("match.photos", []);

  assert.deepEqual([memory.recallAll("match.photos"), memory.recall("match.photos")], [[], null]);
});

for (const name of /** @type {const} */ (["match.kept", "match.pending", "match.discarded"])) {
  test(`A browser that remembers ${name} has something to do with a match`, () => {
    const memory = new Memory();
    const before = memory.hasMatch;

    memory.remember(name, "/matches/1");

    assert.deepEqual([before, memory.hasMatch], [false, true]);
  });
}

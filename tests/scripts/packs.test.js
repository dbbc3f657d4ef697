import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Memory } from "../../web/scripts/memory.js";
import { Packs } from "../../web/scripts/packs.js";
import { FakeApi } from "./fake-api.js";
import { closePage, Page } from "./page.js";

/** @typedef {import("../../web/scripts/api.js").Pack} Pack */

const CELEBRITIES = { pack: "celebrities", title: "Celebrities", portraits: 240, progress: null };
const FILM_STARS = { pack: "film-stars", title: "Film stars", portraits: 120, progress: null };
const EMPTY = { pack: "leaders", title: "Leaders", portraits: 0, progress: null };

beforeEach(() => void new Page());
afterEach(closePage);

/**
 * A device that has played before, or not, and the packs that there are.
 * @param {{remembered?: string, all?: Pack[]}} [how]
 */
function device({ remembered = "", all = [CELEBRITIES, FILM_STARS, EMPTY] } = {}) {
  const api = new FakeApi();
  api.packs = all;
  const memory = new Memory();
  if (remembered) memory.remember("pack", remembered);
  const packs = new Packs(api, memory);
  let changes = 0;
  packs.addEventListener("changed", () => changes++);
  return { api, memory, packs, changes: () => changes };
}

test("Before anybody has chosen, it is the celebrities", async () => {
  const { packs } = device();
  assert.equal(packs.chosen, "celebrities");

  await packs.fetch();

  assert.equal(packs.chosen, "celebrities");
});

test("What was chosen is known on the next visit, before the packs are", async () => {
  const { packs, changes } = device();
  await packs.fetch();

  packs.choose("film-stars");

  assert.equal(packs.chosen, "film-stars");
  assert.equal(changes(), 2);
  assert.equal(device().packs.chosen, "film-stars");
});

for (const gone of ["gone", "leaders"]) {
  test(`Where ${gone === "gone" ? "the chosen pack has gone" : "the chosen pack is empty"}, it is the celebrities`, async () => {
    const { packs } = device({ remembered: gone });

    await packs.fetch();

    assert.equal(packs.chosen, "celebrities");
  });
}

test("A pack that is only empty for now is played again when it has people", async () => {
  const { api, packs } = device({ remembered: "leaders" });
  await packs.fetch();
  api.packs = [CELEBRITIES, { ...EMPTY, portraits: 1 }];

  await packs.fetch();

  assert.equal(packs.chosen, "leaders");
});

test("Where the celebrities are empty, it is the first pack that has people", async () => {
  const { packs } = device({ all: [{ ...CELEBRITIES, portraits: 0 }, EMPTY, FILM_STARS] });

  await packs.fetch();

  assert.equal(packs.chosen, "film-stars");
});

test("Where every pack is empty, it is the celebrities", async () => {
  const { packs } = device({ remembered: "leaders", all: [{ ...CELEBRITIES, portraits: 0 }, EMPTY] });

  await packs.fetch();

  assert.equal(packs.chosen, "celebrities");
});

test("A pack whose people are shown can be played before the API has counted them", async () => {
  const { packs, changes } = device({ remembered: "leaders" });
  await packs.fetch();

  packs.count("leaders", 1);
  packs.count("leaders", 1);
  packs.count("gone", 1);

  assert.equal(packs.chosen, "leaders");
  assert.equal(changes(), 2);
});

test("A choice that has gone is forgotten, and the packs are fetched again", async () => {
  const { api, memory, packs, changes } = device({ remembered: "film-stars" });
  await packs.fetch();
  api.packs = [CELEBRITIES];

  await packs.reset();

  assert.equal(memory.recall("pack"), null);
  assert.deepEqual([packs.chosen, packs.all], ["celebrities", [CELEBRITIES]]);
  assert.equal(changes(), 2);
});

test("A choice that has gone is forgotten even where the packs cannot be fetched", async () => {
  const { api, packs } = device({ remembered: "film-stars" });
  await packs.fetch();
  api.fail("packs", "network_lost");

  await assert.rejects(packs.reset(), { code: "network_lost" });

  assert.equal(packs.chosen, "celebrities");
});

// Among whom

/** @type {Pack} */
const LABELLED = { ...CELEBRITIES, among: ["everyone", "women"] };

test("Who has been chosen is known on the next visit, before the packs are", async () => {
  const { packs } = device({ all: [LABELLED] });
  await packs.fetch();
  assert.deepEqual([packs.groups, packs.among], [["everyone", "women"], "everyone"]);

  packs.chooseAmong("women");

  assert.equal(packs.among, "women");
  assert.equal(device().packs.among, "women");
});

test("A pack without the chosen group is played among everyone, and another one as chosen", async () => {
  const { packs } = device({ all: [CELEBRITIES, { ...LABELLED, pack: "film-stars" }] });
  await packs.fetch();
  packs.chooseAmong("women");
  assert.deepEqual([packs.groups, packs.among], [["everyone"], "everyone"]);

  packs.choose("film-stars");

  assert.equal(packs.among, "women");
});

for (const [portraits, few] of /** @type {const} */ ([[0, 0], [6, 6], [29, 29], [30, 0], [240, 0]])) {
  test(`Of ${portraits} portraits ${few ? "the page says that they are few" : "nothing is said"}`, async () => {
    const { packs } = device({ all: [{ ...CELEBRITIES, portraits }] });
    await packs.fetch();

    assert.equal(packs.few("celebrities"), few);
  });
}

test("Of a pack that there is not nothing is said", () => {
  assert.equal(device().packs.few("celebrities"), 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { closeCall } from "../../web/scripts/match-words.js";
import { matchOf } from "./fake-api.js";

const [GRACE] = matchOf("/matches/1").celebrities;
assert.ok(GRACE);
const ADA = { ...GRACE, name: "Ada Lovelace" };

test("A close call is said to be one, between whom it is", () => {
  assert.equal(
    closeCall({ certainty: "close", celebrities: [GRACE, ADA] }),
    "A close call between Grace Hopper and Ada Lovelace: another photo may well make them change places.",
  );
});

for (const certainty of /** @type {const} */ (["clear", null])) {
  test(`Where the certainty is ${certainty}, nothing is said of it`, () => {
    assert.equal(closeCall({ certainty, celebrities: [GRACE, ADA] }), "");
  });
}

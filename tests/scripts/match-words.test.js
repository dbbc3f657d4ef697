import assert from "node:assert/strict";
import { test } from "node:test";
import { agreement, amongWords, closeCall, withoutWords } from "../../web/scripts/match-words.js";
import { matchOf } from "./fake-api.js";

const [GRACE] = matchOf("/matches/1").celebrities;
assert.ok(GRACE);
const ADA = { ...GRACE, name: "Ada Lovelace" };

test("A close call is said to be one, between whom it is", () => {
  assert.equal(
    closeCall({ certainty: "close", celebrities: [GRACE, ADA] }),
    "A close call between Grace Hopper and Ada Lovelace: another photo may make them change places.",
  );
});

for (const certainty of /** @type {const} */ (["clear", null])) {
  test(`Where the certainty is ${certainty}, nothing is said of it`, () => {
    assert.equal(closeCall({ certainty, celebrities: [GRACE, ADA] }), "");
  });
}

for (
  const [selfies, agree, words] of /** @type {const} */ ([
    [1, 1, ""],
    [2, 2, "Both photos say Grace Hopper."],
    [2, 1, "Taken alone, one of your 2 photos puts Grace Hopper first; taken together, they do."],
    [2, 0, "Neither of your 2 photos puts Grace Hopper first on its own, but together they do."],
    [3, 3, "All 3 photos say Grace Hopper."],
    [3, 2, "2 of your 3 photos put Grace Hopper first on their own."],
    [3, 0, "None of your 3 photos puts Grace Hopper first on its own, but together they do."],
    [3, null, "This result is for 3 photos together."],
  ])
) {
  test(`Of a result for ${selfies} photos, ${agree} of which agree, “${words}” is said`, () => {
    assert.equal(agreement({ selfies, agree, celebrities: [GRACE] }), words);
  });
}

test("What a result had to do without is said in a sentence", () => {
  assert.match(withoutWords(["unknown_match"]), /^An earlier photo [^.]*alone\.$/);
  assert.match(withoutWords(["unknown_group", "unknown_match"]), /with everyone\. An earlier photo/);
  assert.equal(withoutWords([]), "");
});

test("Among whom a face was compared is said where that was not everyone", () => {
  assert.equal(amongWords({ among: "women" }), "Compared with women only.");
  assert.equal(amongWords({ among: "everyone" }), "");
});

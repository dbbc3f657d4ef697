import assert from "node:assert/strict";
import { test } from "node:test";
import { initialsOf } from "../../web/scripts/framed-picture.js";

for (
  const [name, initials] of /** @type {const} */ ([
    ["Grace Hopper", "GH"],
    ["Guido van Rossum", "GR"],
    ["  Marie\tCurie ", "MC"],
    ["Cher", "C"],
    ["Åsa Ötzi", "ÅÖ"],
    ["𝒜da 𝓛ovelace", "𝒜𝓛"],
    ["", ""],
  ])
) {
  test(`The initials of ${JSON.stringify(name)} are ${JSON.stringify(initials)}`, () => {
    assert.equal(initialsOf(name), initials);
  });
}

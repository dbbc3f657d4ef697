import assert from "node:assert/strict";
import { test } from "node:test";
import { searchFor } from "../../web/scripts/people-search.js";

const PEOPLE = [
  { name: "Björk Guðmundsdóttir", description: "Icelandic singer" },
  { name: "章子怡", description: "Chinese actress" },
  { name: "Владимир Высоцкий", description: "" },
  { name: "Jean-Luc O’Neil" },
  { name: "Ada Lovelace", description: "English mathematician" },
];

for (
  const [typed, names] of /** @type {const} */ ([
    ["", PEOPLE.map(({ name }) => name)],
    ["  ", PEOPLE.map(({ name }) => name)],
    ["bjork", ["Björk Guðmundsdóttir"]],
    ["BJÖRK", ["Björk Guðmundsdóttir"]],
    ["lovelace ada", ["Ada Lovelace"]],
    ["singer", ["Björk Guðmundsdóttir"]],
    ["luc", ["Jean-Luc O’Neil"]],
    ["o’neil", ["Jean-Luc O’Neil"]],
    ["子怡", ["章子怡"]],
    ["высоц", ["Владимир Высоцкий"]],
    ["da", []],
    ["ada singer", []],
  ])
) {
  test(`“${typed}” finds ${names.length ? names.join(", ") : "no one"}`, () => {
    assert.deepEqual(PEOPLE.filter(searchFor(typed)).map(({ name }) => name), names);
  });
}

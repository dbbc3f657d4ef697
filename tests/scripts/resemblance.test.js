import assert from "node:assert/strict";
import { test } from "node:test";
import { resemblanceHeadline, resemblanceLimits, resemblanceMeaning, resemblanceWords } from "../../web/scripts/resemblance.js";

for (
  const [resemblance, words] of /** @type {const} */ ([
    [100, "Separated at birth"],
    [97, "Separated at birth"],
    [96.9, "A striking resemblance"],
    [85, "A striking resemblance"],
    [84.9, "A strong resemblance"],
    [60, "A strong resemblance"],
    [59.9, "A family resemblance"],
    [30, "A family resemblance"],
    [29.9, "A passing resemblance"],
    [10, "A passing resemblance"],
    [9.9, "A distant resemblance"],
    [0, "A distant resemblance"],
  ])
) {
  test(`A resemblance of ${resemblance} is called “${words}”`, () => {
    assert.equal(resemblanceWords(resemblance), words);
  });
}

test("A good best match is called what it is", () => {
  assert.equal(resemblanceHeadline(60), resemblanceWords(60));
});

test("A low best match is praised as an original", () => {
  const headline = resemblanceHeadline(3);
  const meaning = resemblanceMeaning(3, "Grace Hopper");

  assert.equal(headline, "One of a kind");
  assert.match(meaning, /Grace Hopper comes nearest/);
  assert.match(meaning, /closer than 3% of our celebrities/);
});

test("The number is explained as a percentile", () => {
  const meaning = resemblanceMeaning(87.6, "Grace Hopper");

  assert.equal(meaning, "You two are closer than 88% of our celebrities are to their own nearest double.");
});

test("No visitor is told that they are closer than 100% or than 0%", () => {
  for (let tenths = 0; tenths <= 1000; tenths++) {
    const meaning = resemblanceMeaning(tenths / 10, "Grace Hopper");

    assert.doesNotMatch(meaning, /\b(0|100)%/);
  }
});

test("What the number cannot say is said in one sentence", () => {
  const limits = resemblanceLimits(63.7);

  assert.match(limits, /\b64 is where that puts you/);
  assert.match(limits, /^[^.]*a resemblance says nothing about who somebody is\.$/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  agreement,
  amongWords,
  closeCall,
  litBulbs,
  numberOf,
  numberToShare,
  resemblanceHeadline,
  resemblanceLimits,
  resemblanceMeaning,
  resemblanceWords,
  withoutWords,
} from "../../web/scripts/match-words.js";
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
    assert.equal(agreement({ selfies, agree, one_person: true, celebrities: [GRACE] }), words);
    assert.equal(agreement({ selfies, agree, one_person: null, celebrities: [GRACE] }), words);
  });
}

test("Where the photos may show several people, that is said after how many agree", () => {
  const words = agreement({ selfies: 2, agree: 1, one_person: false, celebrities: [GRACE] });

  assert.match(words, /^Taken alone, [^.]*\. These photos may not all show the same person\. If so, delete/);
  assert.equal(agreement({ selfies: 1, agree: 1, one_person: false, celebrities: [GRACE] }), "");
});

test("What a result had to do without is said in a sentence", () => {
  assert.match(withoutWords(["unknown_match"]), /^An earlier photo [^.]*alone\.$/);
  assert.match(withoutWords(["unknown_group", "unknown_match"]), /with everyone\. An earlier photo/);
  assert.equal(withoutWords([]), "");
});

test("Among whom a face was compared is said where that was not everyone", () => {
  assert.equal(amongWords({ among: "women" }), "Compared with women only.");
  assert.equal(amongWords({ among: "everyone" }), "");
});

/** @param {number} resemblance @param {number | null} [one_in] @param {number} [rank] */
const grace = (resemblance, one_in = null, rank = 1) => ({ name: "Grace Hopper", resemblance, one_in, rank });

for (
  const [resemblance, words] of /** @type {const} */ ([
    [100, "The spitting image"],
    [97, "The spitting image"],
    [96.9, "A striking resemblance"],
    [85, "A striking resemblance"],
    [84.9, "A strong resemblance"],
    [60, "A strong resemblance"],
    [59.9, "A good resemblance"],
    [30, "A good resemblance"],
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
  assert.equal(resemblanceHeadline(grace(60)), resemblanceWords(60));
});

test("A low best match is praised as an original", () => {
  const headline = resemblanceHeadline(grace(3));
  const meaning = resemblanceMeaning(grace(3));

  assert.equal(headline, "One of a kind");
  assert.match(meaning, /Grace Hopper comes closest/);
  assert.match(meaning, /more like Grace Hopper than 3% of/);
});

test("Only the best match comes closest", () => {
  const second = grace(3, null, 2);

  assert.equal(resemblanceHeadline(second), "A distant resemblance");
  assert.equal(
    resemblanceMeaning(second),
    "You look more like Grace Hopper than 3% of the celebrities here look like any other.",
  );
});

test("The resemblance is explained as a percentile", () => {
  const meaning = resemblanceMeaning(grace(87.6));

  assert.equal(meaning, "You look more like Grace Hopper than 88% of the celebrities here look like any other.");
});

test("No visitor is told of 100% or of 0%", () => {
  for (let tenths = 0; tenths <= 1000; tenths++) {
    const meaning = resemblanceMeaning(grace(tenths / 10));

    assert.doesNotMatch(meaning, /\b(0|100)%/);
  }
});

test("What the resemblance is made of, and that it is no more than fun, is said", () => {
  assert.match(resemblanceLimits(grace(63.7)), /ranked the result .* just for fun\.$/);
});

for (
  const [one_in, lead] of /** @type {const} */ ([
    [1, "1 in 1"],
    [308, "1 in 308"],
    [1308, "1 in 1,308"],
    [999_999, "1 in 999,999"],
    [1_000_000, "1 in a million"],
  ])
) {
  test(`Where one pair in ${one_in} is as alike, the result leads with “${lead}”`, () => {
    assert.deepEqual(numberOf(grace(64, one_in)), { lead, rest: "pairs look this alike" });
  });
}

test("Where nothing is known of pairs, the result leads with the resemblance", () => {
  assert.deepEqual(numberOf(grace(63.7)), { lead: "64", rest: "out of 100" });
});

for (
  const [one_in, meaning] of /** @type {const} */ ([
    [1, "Most pairs of celebrities look as alike as you two."],
    [2, "About one in 2 pairs of celebrities look as alike as you two."],
    [4, "About one in 4 pairs of celebrities look as alike as you two."],
    [99, "About one in 99 pairs of celebrities look as alike as you two."],
    [1308, "Only about one in 1,308 pairs of celebrities look as alike as you two."],
    [1_000_000, "At most one in a million pairs of celebrities look as alike as you two."],
  ])
) {
  test(`One in ${one_in} is explained as “${meaning}”`, () => {
    assert.equal(resemblanceMeaning(grace(64, one_in)), meaning);
  });
}

test("An original is told how rare even that resemblance is", () => {
  assert.match(resemblanceMeaning(grace(3, 40)), /quite your face\. About one in 40 pairs/);
});

for (
  const [one_in, share] of /** @type {const} */ ([
    [1, "most of those pairs are as alike"],
    [999, "about one in 999 of those pairs is at least as alike as you two. Light"],
    [1308, "about one in 1,308 of those pairs is at least as alike as you two. A number this large is an estimate."],
    [1_000_000, "none of those pairs is as alike as you two; we estimate that at most one in a million would be. Light"],
  ])
) {
  test(`What one in ${one_in} counts, and that it is no more than fun, is said`, () => {
    const limits = resemblanceLimits(grace(64, one_in));

    assert.ok(limits.includes(`every portrait here with every other celebrity: ${share}`));
    assert.match(limits, /just for fun\.$/);
  });
}

for (const [resemblance, lit] of /** @type {const} */ ([[0, 0], [2, 0], [3, 1], [23, 5], [97, 19], [98, 20], [100, 20]])) {
  test(`A resemblance of ${resemblance} lights ${lit} of twenty bulbs`, () => {
    assert.equal(litBulbs(resemblance), lit);
  });
}

test("A number that is no compliment is not passed on", () => {
  assert.equal(numberToShare(grace(64, 49)), null);
  assert.deepEqual(numberToShare(grace(64, 50)), numberOf(grace(64, 50)));
  assert.deepEqual(numberToShare(grace(4)), numberOf(grace(4)));
});

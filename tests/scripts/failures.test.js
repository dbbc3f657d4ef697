import assert from "node:assert/strict";
import { test } from "node:test";
import { FAILURES, failureWords, NEXT_STEPS } from "../../web/scripts/failures.js";

const CODES = Object.keys(FAILURES);

test("Every failure has a title of its own", () => {
  const titles = CODES.map((code) => failureWords({ code }).title);

  assert.equal(new Set(titles).size, CODES.length);
});

for (const code of CODES) {
  test(`A failure called ${code} says what happened and what to do`, () => {
    const words = failureWords({ code });

    assert.match(words.message, /\.$/);
    assert.match(words.hint, /\.$/);
    assert.ok(NEXT_STEPS[words.next]);
  });
}

test("The server’s own words go first", () => {
  const words = failureWords({ code: "no_face", message: "No face here.", hint: "Show it." });

  assert.deepEqual([words.message, words.hint], ["No face here.", "Show it."]);
  assert.equal(words.title, failureWords({ code: "no_face" }).title);
});

for (const nothing of [null, undefined, ""]) {
  test(`Where the server says ${JSON.stringify(nothing)}, the page has words`, () => {
    const words = failureWords({ code: "no_face", message: nothing, hint: nothing });

    assert.deepEqual(words, failureWords({ code: "no_face" }));
  });
}

for (const code of ["brand_new_code", "constructor", "__proto__", ""]) {
  test(`A failure called ${JSON.stringify(code)}, which nobody knows, gets the words of an unexpected one`, () => {
    assert.deepEqual(failureWords({ code }), failureWords({ code: "unexpected" }));
  });
}

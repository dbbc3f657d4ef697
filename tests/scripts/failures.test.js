import assert from "node:assert/strict";
import { test } from "node:test";
import "../../web/scripts/words-more.js";
import { FAILURES, failureWords } from "../../web/scripts/failures.js";
import { words } from "../../web/scripts/words.js";

const CODES = Object.keys(FAILURES);

test("Every failure has a title of its own", () => {
  const titles = CODES.map((code) => failureWords({ code }).title);

  assert.equal(new Set(titles).size, CODES.length);
});

for (const code of CODES) {
  test(`A failure called ${code} says what happened and what to do`, () => {
    const said = failureWords({ code });

    assert.match(said.message, /\.$/);
    assert.match(said.hint, /\.$/);
    assert.ok(words.next_steps[said.next]);
  });
}

for (const code of CODES) {
  test(`A failure called ${code} is told in the page’s words, whatever the server says`, () => {
    const said = failureWords({ code, message: "The server’s message.", hint: "The server’s hint." });

    assert.deepEqual(said, FAILURES[code]);
  });
}

for (const [next, label] of Object.entries(words.next_steps)) {
  test(`Some failure leads to ${JSON.stringify(label)} (${next})`, () => {
    assert.ok(CODES.some((code) => failureWords({ code }).next === next));
  });
}

for (const code of ["brand_new_code", "constructor", "__proto__", ""]) {
  test(`A failure called ${JSON.stringify(code)}, which the page does not know, is told in the server’s words`, () => {
    const said = failureWords({ code, message: "The server’s message.", hint: "The server’s hint." });

    assert.deepEqual(said, { ...FAILURES.unexpected, message: "The server’s message.", hint: "The server’s hint." });
  });

  for (const nothing of [null, undefined, ""]) {
    test(`Where the server says ${JSON.stringify(nothing)} of ${JSON.stringify(code)}, it is an unexpected failure`, () => {
      assert.deepEqual(failureWords({ code, message: nothing, hint: nothing }), FAILURES.unexpected);
    });
  }
}

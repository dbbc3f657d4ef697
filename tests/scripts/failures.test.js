import assert from "node:assert/strict";
import { test } from "node:test";
import { failureWords, NEXT_STEPS } from "../../web/scripts/failures.js";

const OF_THE_SERVER = [
  "unsupported_image",
  "image_too_small",
  "image_too_large",
  "no_face",
  "several_faces",
  "face_too_small",
  "face_turned_away",
  "face_too_blurry",
  "face_too_dark",
  "face_covered",
  "catalog_empty",
  "timed_out",
  "service_unavailable",
];
const OF_THE_PAGE = [
  "heic_image",
  "network_lost",
  "offline",
  "upload_refused",
  "upload_interrupted",
  "expired",
  "not_found",
  "consent_required",
  "unknown_pack",
  "too_many_requests",
  "forbidden",
  "signed_out",
  "unexpected",
];
const CODES = [...OF_THE_SERVER, ...OF_THE_PAGE];

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

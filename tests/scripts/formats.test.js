import assert from "node:assert/strict";
import { test } from "node:test";
import { formats } from "../../web/scripts/formats.js";

const { date } = formats("en-GB");
/** @param {string} time RFC 3339 */
const longDate = (time) => date(new Date(time));

for (
  const [time, words] of /** @type {const} */ ([
    [new Date(2026, 10, 22, 0, 0, 1), "22 November 2026"],
    [new Date(2026, 10, 22, 23, 59, 59), "22 November 2026"],
    [new Date(2028, 1, 29, 12), "29 February 2028"],
    [new Date(2027, 0, 1, 0, 0, 1), "1 January 2027"],
  ])
) {
  test(`At ${time.toTimeString().slice(0, 8)} of its day, ${words} is that day where the device is`, () => {
    assert.equal(longDate(time.toISOString()), words);
  });
}

test("A time is read with the offset that it is given in", () => {
  assert.equal(longDate("2026-11-22T18:00:00+06:00"), longDate("2026-11-22T12:00:00Z"));
  assert.equal(longDate("2026-11-22T23:30:00-12:00"), longDate("2026-11-23T11:30:00Z"));
});

for (
  const [locale, amount, words] of /** @type {const} */ ([
    ["en-GB", 1, "1 day"],
    ["en-GB", 2, "2 days"],
    ["en-GB", 1200, "1,200 days"],
    ["de", 1200, "1.200 days"],
    ["fr", 0, "0 day"],
  ])
) {
  test(`${words} is how ${locale} counts ${amount}`, () => {
    assert.equal(formats(locale).count(amount, { one: "day", other: "days" }), words);
  });
}

for (
  const [day, words] of /** @type {const} */ ([
    [1, "1er juin 2027"],
    [11, "11 juin 2027"],
    [21, "21 juin 2027"],
  ])
) {
  test(`${words} is how the French write it`, () => assert.equal(formats("fr").date(new Date(2027, 5, day)), words));
}

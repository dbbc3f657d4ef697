import assert from "node:assert/strict";
import { test } from "node:test";
import { wantedLanguage } from "../../web/scripts/words.js";
import * as german from "../../web/scripts/words/de.js";
import { more } from "../../web/scripts/words/en-more.js";
import { words } from "../../web/scripts/words/en.js";
import * as spanish from "../../web/scripts/words/es.js";
import * as french from "../../web/scripts/words/fr.js";

const ENGLISH = { words, more };
const OTHERS = { german, spanish, french };
/** What stands for names and amounts: told apart from each other, and from every number that is a word's own. */
const GIVEN = [8642, 8531, 8753];
/** What is written the same in both, or is a name. */
const ALIKE = [
  "words.stage.portrait_of", // Portrait
  "more.line_up.portraits",
  "more.line_up.portrait_of",
  "more.line_up.portrait_number",
  "more.credits.portrait",
  "more.credits.source",
  "more.compare.share",
  "more.poster.format",
  "more.poster.poster",
  "more.poster.story",
];

/**
 * Return every word by its path, as it is said of what is given.
 * @param {unknown} said
 * @param {string} path
 * @returns {[string, string][]}
 */
function flat(said, path) {
  const value = typeof said === "function" ? said(...GIVEN) : said;
  if (typeof value === "string") return [[path, value.replace(/[\s.,]/g, "")]];
  return Object.entries(/** @type {object} */ (value)).flatMap(([key, inner]) => flat(inner, `${path}.${key}`));
}

/** @param {{words: unknown, more: unknown}} language @returns {Record<string, string>} */
const all = ({ words, more }) => Object.fromEntries([...flat(words, "words"), ...flat(more, "more")]);

for (const [name, other] of Object.entries(OTHERS)) {
  const [said, inEnglish] = [all(other), all(ENGLISH)];

  test(`The ${name} words are for what the English are for`, () => {
    assert.deepEqual(Object.keys(said).sort(), Object.keys(inEnglish).sort());
  });

  test(`The ${name} words hold the same names and amounts as the English`, () => {
    for (const [path, words] of Object.entries(inEnglish)) {
      for (const given of GIVEN) {
        assert.equal(said[path]?.includes(String(given)), words.includes(String(given)), `${path}: ${said[path]}`);
      }
    }
  });

  test(`No ${name} word has been left in English`, () => {
    const left = Object.entries(inEnglish).filter(([path, words]) => said[path] === words && /\p{L}/u.test(words))
      .map(([path]) => path);

    assert.deepEqual(left.filter((path) => !ALIKE.includes(path)), []);
  });
}

for (
  const [tags, language] of /** @type {const} */ ([
    [["de-AT", "en"], "de"],
    [["", "fr"], "fr"],
    [["nl", "es-419", "en"], "es"],
    [["en-GB", "de"], "en"],
    [["nl", "constructor"], "en"],
    [[], "en"],
  ])
) {
  test(`A browser that asks for ${JSON.stringify(tags)} is spoken to in ${language}`, () => {
    assert.equal(wantedLanguage([...tags]), language);
  });
}

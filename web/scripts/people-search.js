/** Finding a person of a line-up by a part of their name, or of what is said of them. Pure. */

/** @param {string} text without accents and case, because few people type them */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/**
 * Return a test for what was typed: each of its words begins a word of the person's.
 * @param {string} typed
 * @returns {(person: {name: string, description?: string}) => boolean}
 */
export function searchFor(typed) {
  const wanted = plain(typed).split(/\s+/u).filter(Boolean);
  return ({ name, description = "" }) => {
    const said = plain(`${name} ${description}`);
    return wanted.every((word) => contains(said, word));
  };
}

/**
 * Chinese and Japanese put no spaces between words, so there a word may begin anywhere.
 * @param {string} said
 * @param {string} word
 */
function contains(said, word) {
  if (/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(word)) return said.includes(word);
  return said.split(/[^\p{L}\p{N}]+/u).some((one) => one.startsWith(word)) ||
    said.split(/\s+/u).some((one) => one.startsWith(word));
}

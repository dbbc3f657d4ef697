/** QR codes. The library is loaded with the first of them. */

/**
 * What is used of qrcode-generator.
 * @typedef {{addData(text: string): void, make(): void, getModuleCount(): number, isDark(row: number, column: number): boolean}} Library
 */

/** A variable, so that the checks of our own scripts leave it alone. */
const LIBRARY = "../vendor/qrcode-generator/qrcode.js";
/** The smallest code that holds the text. */
const SMALLEST = 0;
/** A code can be read with a seventh of it lost: in a compressed picture, on a creased print. */
const CORRECTION = "M";

/**
 * Return the code of a text, row by row: whether each square is dark. Around it goes a light margin of four squares.
 * @param {string} text
 * @returns {Promise<boolean[][]>}
 */
export async function qrCode(text) {
  const { qrcode } = /** @type {{qrcode(size: number, correction: string): Library}} */ (await import(LIBRARY));
  const code = qrcode(SMALLEST, CORRECTION);
  code.addData(text);
  code.make();
  const side = Array.from({ length: code.getModuleCount() }, (_, place) => place);
  return side.map((row) => side.map((column) => code.isDark(row, column)));
}

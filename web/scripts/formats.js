/** How a language writes numbers, amounts and dates. */

/** @param {string} locale */
export function formats(locale) {
  // A browser takes several milliseconds to make each, and most visits need one or two of them.
  const numbers = onceNeeded(() => new Intl.NumberFormat(locale));
  const plurals = onceNeeded(() => new Intl.PluralRules(locale));
  const dates = onceNeeded(() => new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" }));
  /** @param {number} amount */
  const number = (amount) => numbers().format(amount);

  return {
    number,
    /**
     * Return an amount and its noun, in the form that the language wants for so many.
     * @param {number} amount
     * @param {{one: string, other: string}} noun
     */
    count: (amount, noun) => `${number(amount)} ${plurals().select(amount) === "one" ? noun.one : noun.other}`,
    /**
     * Return a day as people write it, where the device is. In French the first of a month is *1er*, which Intl does not know.
     * @param {Date} time
     */
    date: (time) => (locale === "fr" ? dates().format(time).replace(/^1 /, "1er ") : dates().format(time)),
  };
}

/**
 * @template T
 * @param {() => T} make
 * @returns {() => T} makes it at the first call, and returns the same one at the next
 */
function onceNeeded(make) {
  /** @type {T | undefined} */
  let made;
  return () => made ??= make();
}

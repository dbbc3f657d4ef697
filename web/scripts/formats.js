/** How a language writes numbers, amounts and dates. */

/** @param {string} locale */
export function formats(locale) {
  const numbers = new Intl.NumberFormat(locale);
  const plurals = new Intl.PluralRules(locale);
  const dates = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });

  return {
    /** @param {number} amount */
    number: (amount) => numbers.format(amount),
    /**
     * Return an amount and its noun, in the form that the language wants for so many.
     * @param {number} amount
     * @param {{one: string, other: string}} noun
     */
    count: (amount, noun) => `${numbers.format(amount)} ${plurals.select(amount) === "one" ? noun.one : noun.other}`,
    /**
     * Return a day as people write it, where the device is. In French the first of a month is *1er*, which Intl does not know.
     * @param {Date} time
     */
    date: (time) => (locale === "fr" ? dates.format(time).replace(/^1 /, "1er ") : dates.format(time)),
  };
}

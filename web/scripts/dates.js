/** How the page writes a date. */

const LONG = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });

/**
 * Return a day as people write it, "22 November 2026", where the device is.
 * @param {string} time RFC 3339
 * @returns {string}
 */
export const longDate = (time) => LONG.format(new Date(time));

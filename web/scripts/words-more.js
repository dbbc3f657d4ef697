/** The words of what is loaded later in a visit, in the visitor's language; those of its failures too. */
import { addFailures } from "./failures.js";
import { other } from "./words.js";
import { more as english } from "./words/en-more.js";

export const more = other?.more ?? english;
addFailures(more.failures);

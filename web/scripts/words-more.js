/** The words of what is loaded later in a visit, in the visitor's language. */
import { other } from "./words.js";
import { more as english } from "./words/en-more.js";

export const more = other?.more ?? english;

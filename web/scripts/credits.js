/** Who made a picture, and under which licence it may be shown. */
import { build } from "./element.js";
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Attribution} Attribution */

/**
 * Return who made a picture, under which licence, and where it comes from. The page shows a part of each picture.
 * @param {Attribution | null} attribution
 * @returns {(Node | string)[]}
 */
export function credit(attribution) {
  const { author, license, license_url, source_url } = attribution ?? {};
  /** @type {(Node | string)[]} */
  const parts = [build("bdi", { textContent: author || more.credits.no_author })];
  if (license) parts.push(", ", link(license, license_url));
  parts.push(`, ${more.credits.cropped}`);
  if (source_url) parts.push(", ", link(more.credits.source, source_url));
  return parts;
}

/**
 * Return a link if the browser can safely follow the address, the bare words otherwise.
 * @param {string} text
 * @param {string | null | undefined} address
 * @returns {Node | string}
 */
export function link(text, address) {
  const url = address && URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return text;
  return build("a", { href: url.href, textContent: text, target: "_blank", rel: "noopener noreferrer" });
}

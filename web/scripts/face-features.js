/** Two faces feature by feature: the same cut of both, side by side. */
import { build } from "./element.js";
import { layPicture, sizeOf } from "./framed-picture.js";
import { isLarge, sharedGap } from "./framing.js";
import { more } from "./words-more.js";

/** @typedef {import("./framed-picture.js").Shown} Shown */

const FEATURES = /** @type {const} */ (["brow", "eyes", "nose", "mouth"]);

/**
 * Rows of two cuts, one a feature. Only pictures show them, so assistive technology passes them by.
 */
export function faceFeatures() {
  const rows = build("div", { className: "rows" });
  const root = build("div", { className: "face-features", hidden: true }, build("h2", { textContent: more.compare.why }), rows);
  root.ariaHidden = "true";
  /** @type {Half[]} none where a face is unknown or too small */
  let pair = [];
  let isOpen = false;

  function update() {
    root.hidden = !isOpen || !pair.length;
    const gap = sharedGap(pair);
    rows.style.setProperty("--gap", String(gap));
    rows.replaceChildren(...(root.hidden ? [] : FEATURES.map((feature) => row(feature, pair, gap))));
  }

  return {
    root,

    /** @param {boolean} opened */
    toggle(opened) {
      isOpen = opened;
      update();
    },

    /** @param {{you: Shown, star: Shown}} pictures whose images have been decoded */
    of({ you, star }) {
      pair = [you, star].map(({ image, face, copies }) => ({ url: image.src, face, picture: sizeOf(image, copies) }));
      if (!pair.every(({ face, picture }) => isLarge(face, picture))) pair = [];
      update();
    },
  };
}

/** @typedef {{url: string, face: Shown["face"], picture: import("./geometry.js").Size}} Half */

/** @param {typeof FEATURES[number]} feature @param {Half[]} pair @param {number} gap */
function row(feature, pair, gap) {
  const name = build("span", { className: "feature", textContent: more.compare.features[feature] });
  const cuts = pair.map(({ url, face, picture }) => {
    const image = build("img", { alt: "" });
    image.onload = () => layPicture(image, face, picture, gap);
    image.src = url;
    return build("span", { className: `cut ${feature}` }, build("span", { className: "whole" }, image));
  });
  return build("div", { className: "row" }, name, ...cuts);
}

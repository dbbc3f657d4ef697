/** The stage with the photo on one side and the celebrity on the other. */
import { find, showImage } from "./element.js";
import { words } from "./words.js";

/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {import("./framing.js").Face} Face */
/** @typedef {"empty" | "waiting" | "revealed" | "dimmed"} Act */
/** @typedef {{url: string | null, face?: Face | null}} Selfie */

/**
 * The two arches that several screens share: the visitor in one, the double behind the curtain of the other.
 * @param {HTMLElement} root
 * @param {import("./parts.js").Parts["double"]} double who comes on with a result
 */
export function premiereStage(root, double) {
  const you = find(root, ".you img", HTMLImageElement);
  const star = find(root, ".star img", HTMLImageElement);
  const initials = find(root, ".initials", HTMLElement);
  const caption = find(root, ".star figcaption", HTMLElement);
  let seated = Promise.resolve(false);

  /** @param {string | null} url */
  function seat(url) {
    if (url === null) {
      you.hidden = true;
      you.removeAttribute("src");
      seated = Promise.resolve(false);
    } else if (you.getAttribute("src") !== url) {
      seated = showImage(you, url);
    }
  }

  return {
    /** @param {boolean} visible */
    toggle(visible) {
      root.hidden = !visible;
    },

    /**
     * Closes the curtain, with or without a photo in the first arch.
     * @param {Act} act
     * @param {string | null} [url]
     */
    draw(act, url = null) {
      root.dataset.act = act;
      double.now?.leave(url);
      seat(url);
      star.hidden = initials.hidden = true;
      caption.textContent = words.stage.your_double;
    },

    /**
     * Opens the curtain, which is closed.
     * @param {Celebrity} celebrity
     * @param {Selfie} selfie
     */
    async reveal(celebrity, selfie) {
      const sit = () => {
        seat(selfie.url);
        return seated;
      };
      await (await double.load()).enter(celebrity, selfie.face, sit);
    },

    /** @param {Celebrity} celebrity who takes the place of the one on the stage */
    recast: (celebrity) => double.now?.replace(celebrity),
  };
}

/** The stage with the photo on one side and the celebrity on the other. */
import { find, showImage } from "./element.js";
import { words } from "./words.js";

/** @typedef {ReturnType<typeof import("./compare-slider.js").compareSlider>} CompareSlider */
/** @typedef {import("./parts.js").Part<CompareSlider>} ComparePart */
/** @typedef {"empty" | "waiting" | "revealed" | "dimmed"} Act */

const CURTAIN_WAITS_MS = 4000;

/**
 * The two arches that several screens share: the visitor in one, the double behind the curtain of the other.
 * @param {HTMLElement} root
 * @param {ComparePart} compare
 */
export function premiereStage(root, compare) {
  const you = find(root, ".you img", HTMLImageElement);
  const star = find(root, ".star img", HTMLImageElement);
  const initials = find(root, ".initials", HTMLElement);
  const caption = find(root, ".star figcaption", HTMLElement);
  let seated = Promise.resolve(false);
  let acts = 0;

  /** @param {Act} act */
  function play(act) {
    root.dataset.act = act;
    return ++acts;
  }

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
      play(act);
      compare.now?.withdraw();
      seat(url);
      star.hidden = initials.hidden = true;
      caption.textContent = words.stage.your_double;
    },

    /**
     * Opens the curtain once the portrait or the initials of its name are visible.
     * @param {{name: string, image_url: string}} celebrity
     * @param {string | null} selfieUrl
     */
    async reveal(celebrity, selfieUrl) {
      const thisAct = acts;
      seat(selfieUrl);
      star.alt = words.stage.portrait_of(celebrity.name);
      caption.textContent = celebrity.name;
      initials.textContent = initialsOf(celebrity.name);
      initials.hidden = false;
      const shown = showImage(star, celebrity.image_url).then((ok) => (initials.hidden = ok));
      await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, CURTAIN_WAITS_MS))]);
      if (thisAct !== acts) return; // the curtain has been closed again
      const revealed = play("revealed");
      const bothShown = (await Promise.all([seated, shown])).every(Boolean);
      if (!bothShown) return;
      const slider = await compare.load();
      if (revealed === acts) slider.offer(celebrity.name);
    },
  };
}

/** @param {string} name */
export function initialsOf(name) {
  const parts = name.split(/\s+/).filter(Boolean);
  return [parts[0], parts.length > 1 ? parts[parts.length - 1] : ""].map((word) => [...(word ?? "")][0] ?? "").join("");
}

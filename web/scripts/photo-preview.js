/** The screen on which the visitor accepts a photo before it is sent. */
import { amongChooser } from "./among-chooser.js";
import { find, tell } from "./element.js";
import { more } from "./words-more.js";

/** @typedef {import("./packs.js").Packs} Packs */
/** @typedef {import("./photo.js").Photo} Photo */

/**
 * Shows the photo that is about to be sent. Tells "photo-accepted", "another-wanted", "photo-turned" and "start-over".
 * @param {HTMLElement} root
 * @param {Packs} packs
 */
export function photoPreview(root, packs) {
  const among = amongChooser(find(root, ".among-chooser", HTMLElement), packs, "among-preview");
  const image = find(root, "img", HTMLImageElement);
  const another = find(root, ".another", HTMLButtonElement);
  const heading = find(root, "h1", HTMLElement);
  const note = find(root, ".note", HTMLElement);
  /** @type {Photo | null} */
  let photo = null;

  find(root, ".use-photo", HTMLButtonElement).addEventListener("click", () => tell(root, "photo-accepted", photo));
  another.addEventListener("click", () => tell(root, "another-wanted", photo));
  find(root, ".rotate", HTMLButtonElement).addEventListener("click", () => tell(root, "photo-turned", photo));
  find(root, ".cancel", HTMLButtonElement).addEventListener("click", () => tell(root, "start-over"));

  return {
    /** @param {Photo} shown @param {boolean} added whether it is compared together with earlier ones */
    show(shown, added) {
      photo = shown;
      image.src = shown.url;
      heading.textContent = added ? more.preview.title_added : more.preview.title;
      note.hidden = !added;
      among.offer(!added); // an added photo is compared with those that the earlier ones were
      another.textContent = shown.from === "camera" ? more.preview.retake : more.preview.choose_another;
    },
  };
}

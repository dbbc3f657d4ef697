/** The screen on which the visitor chooses one of several faces in a photo. */
import { build, find, tell } from "./element.js";
import { more } from "./words-more.js";

/** @typedef {import("./geometry.js").Box} Box */

/**
 * A photo of several people, each face a button. Tells "face-chosen" with the face and the others, "start-over" and
 * "back-wanted".
 * @param {HTMLElement} root
 */
export function facePicker(root) {
  const print = find(root, ".print", HTMLElement);
  const back = find(root, ".back", HTMLButtonElement);
  find(root, ".start-over", HTMLButtonElement).addEventListener("click", () => tell(root, "start-over"));
  back.addEventListener("click", () => tell(root, "back-wanted"));

  find(root, ".message", HTMLElement).textContent = more.faces.message;

  return {
    message: more.faces.message,

    /** @param {string} url @param {Box[]} faces @param {boolean} hasResult whether there is one to go back to */
    show(url, faces, hasResult) {
      back.hidden = !hasResult;
      find(root, "img", HTMLImageElement).src = url;
      for (const old of print.querySelectorAll("button")) old.remove();
      const fromLeft = faces.toSorted((a, b) => a.left - b.left);
      print.append(...fromLeft.map((face, index) => faceButton(face, index, fromLeft)));
    },
  };

  /** @param {Box} face @param {number} index @param {Box[]} all */
  function faceButton(face, index, all) {
    const button = build("button", { type: "button" }, build("span", { textContent: String(index + 1) }));
    button.setAttribute("aria-label", more.faces.this_is_me(index + 1, all.length));
    for (const side of /** @type {const} */ (["left", "top", "width", "height"])) {
      button.style.setProperty(side, `${face[side] * 100}%`);
    }
    button.addEventListener("click", () => tell(root, "face-chosen", { face, others: all.filter((other) => other !== face) }));
    return button;
  }
}

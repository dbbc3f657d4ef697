/** The screen on which the visitor chooses one of several faces in a photo. */
import { build, find, tell } from "./element.js";

/** @typedef {import("./geometry.js").Box} Box */

const MESSAGE = "There are several faces in this photo. Tap yours, and only that part is sent.";

/**
 * A photo of several people, each face a button. Tells "face-chosen" with the face and the others.
 * @param {HTMLElement} root
 */
export function facePicker(root) {
  const print = find(root, ".print", HTMLElement);
  find(root, ".start-over", HTMLButtonElement).addEventListener("click", () => tell(root, "start-over"));

  find(root, ".message", HTMLElement).textContent = MESSAGE;

  return {
    message: MESSAGE,

    /** @param {string} url @param {Box[]} faces */
    show(url, faces) {
      find(root, "img", HTMLImageElement).src = url;
      for (const old of print.querySelectorAll("button")) old.remove();
      const fromLeft = faces.toSorted((a, b) => a.left - b.left);
      print.append(...fromLeft.map((face, index) => faceButton(face, index, fromLeft)));
    },
  };

  /** @param {Box} face @param {number} index @param {Box[]} all */
  function faceButton(face, index, all) {
    const button = build("button", { type: "button" }, build("span", { textContent: String(index + 1) }));
    button.setAttribute("aria-label", `This is me: face ${index + 1} of ${all.length}, counted from the left`);
    for (const side of /** @type {const} */ (["left", "top", "width", "height"])) {
      button.style.setProperty(side, `${face[side] * 100}%`);
    }
    button.addEventListener("click", () => tell(root, "face-chosen", { face, others: all.filter((other) => other !== face) }));
    return button;
  }
}

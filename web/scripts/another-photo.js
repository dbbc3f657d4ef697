/** The screen that asks for another photo for the same result. */
import { build, tell } from "./element.js";
import { more } from "./words-more.js";

/**
 * Asks for another photo, to be compared together with those before. Tells "selfie-wanted", "file-wanted" and
 * "back-wanted".
 * @param {HTMLElement} root
 */
export function anotherPhoto(root) {
  /** @param {string} textContent @param {string} className @param {string} told */
  function button(textContent, className, told) {
    const made = build("button", { type: "button", className, textContent });
    made.addEventListener("click", () => tell(root, told));
    return made;
  }

  root.append(
    build("h1", { id: "another-title", tabIndex: -1, textContent: more.another.title }),
    build("p", { className: "lead", textContent: more.another.lead }),
    build(
      "div",
      { className: "actions" },
      button(more.another.selfie, "primary", "selfie-wanted"),
      button(more.another.choose, "", "file-wanted"),
      button(more.another.back, "quiet", "back-wanted"),
    ),
  );
}

/** The screen that asks for another photo for the same result. */
import { build, tell } from "./element.js";

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
    build("h1", { id: "another-title", tabIndex: -1, textContent: "One more, to be sure" }),
    build("p", {
      className: "lead",
      textContent:
        "A photo in another light, or from another day, makes the answer surer. It is compared together with what you " +
        "sent before, and your result stays until there is a new one.",
    }),
    build(
      "div",
      { className: "actions" },
      button("Take a selfie", "primary", "selfie-wanted"),
      button("Choose a photo", "", "file-wanted"),
      button("Back to my result", "quiet", "back-wanted"),
    ),
  );
}

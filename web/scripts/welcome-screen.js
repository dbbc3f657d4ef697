/** The first screen: it asks for consent and for a photo. */
import { find, tell } from "./element.js";
import { words } from "./words.js";

/**
 * Says what this is, asks for consent and for a photo. Tells "camera-wanted", "photo-file", "sample-wanted" and
 * "last-match-wanted".
 * @param {HTMLElement} root
 */
export function welcomeScreen(root) {
  const consent = find(root, "#consent", HTMLInputElement);
  const error = find(root, "#consent-error", HTMLElement);
  const file = find(root, "#photo-file", HTMLInputElement);
  const capture = find(root, "#photo-capture", HTMLInputElement);

  /** @param {boolean} missing */
  function mark(missing) {
    error.hidden = !missing;
    consent.setAttribute("aria-invalid", String(missing));
  }

  /** Return whether consent is given; ask for it if it is not. */
  function consented() {
    mark(!consent.checked);
    if (!consent.checked) {
      consent.focus();
      consent.scrollIntoView({ block: "center" });
    }
    return consent.checked;
  }

  consent.addEventListener("change", () => consent.checked && mark(false));
  /** Opens the camera. */
  function take() {
    if (!consented()) return;
    // Without HTTPS there is no live camera; a phone's own camera app still works.
    if (navigator.mediaDevices) tell(root, "camera-wanted");
    else capture.click();
  }

  find(root, "#take-selfie", HTMLButtonElement).addEventListener("click", take);
  find(root, "#choose-photo", HTMLButtonElement).addEventListener("click", () => consented() && file.click());
  find(root, "#try-sample", HTMLButtonElement).addEventListener("click", () => tell(root, "sample-wanted"));
  const last = find(root, ".last-match", HTMLButtonElement);
  last.addEventListener("click", () => tell(root, "last-match-wanted", last.value));
  for (const input of [file, capture]) {
    input.addEventListener("change", () => {
      const [chosen] = input.files ?? [];
      if (chosen) tell(root, "photo-file", chosen);
      input.value = ""; // so that the same file can be chosen again
    });
  }

  return {
    consented,
    take,
    choose: () => file.click(),
    agreed: () => consent.checked,
    /** @param {() => void} act once consent is given, which is asked for if need be */
    onceAgreed(act) {
      if (consented()) act();
      else consent.addEventListener("change", act, { once: true });
    },
    agree() {
      consent.checked = true;
      mark(false);
    },
    /** @param {{path: string, name: string} | null} match that there is to go back to */
    offer(match) {
      last.hidden = match === null;
      last.value = match?.path ?? "";
      last.textContent = match && words.last_match(match.name);
    },
    /** @param {string} path of a match that has been deleted */
    forget(path) {
      if (last.value === path) last.hidden = true;
    },
    withdraw() {
      consent.checked = false;
    },
    /** @param {number} portraits how many there are in the line-up, if they are few */
    sayFew(portraits) {
      const note = find(root, ".small-line-up", HTMLElement);
      note.hidden = !portraits;
      note.textContent = words.small_line_up(portraits);
    },
  };
}

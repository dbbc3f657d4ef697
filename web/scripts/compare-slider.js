/** The slider that compares the photo with the portrait, one above the other. */
import { find, tell } from "./element.js";
import { faceFeatures } from "./face-features.js";
import { more } from "./words-more.js";

/** @typedef {import("./framed-picture.js").Shown} Shown */

/**
 * Lays the portrait over the selfie in one arch, with an edge between them that can be moved, and beside them the two
 * faces feature by feature. The pictures themselves stay where they are. Tells "compare-opened".
 * @param {HTMLElement} root around the two figures
 */
export function compareSlider(root) {
  const button = find(root, ".compare", HTMLButtonElement);
  const wipe = find(root, ".wipe", HTMLElement);
  const share = find(wipe, "input", HTMLInputElement);
  const features = faceFeatures();
  wipe.after(features.root);
  let name = "";
  let held = { at: 0, share: 0 };

  /** @param {number} percent how much of the picture is the portrait's */
  function move(percent) {
    share.value = String(percent);
    root.style.setProperty("--share", `${share.value}%`);
    share.setAttribute("aria-valuetext", more.compare.share(share.value, name));
  }

  /** @param {boolean} opened */
  function open(opened) {
    button.setAttribute("aria-pressed", String(opened));
    wipe.hidden = !opened;
    features.toggle(opened);
    if (!opened) return;
    tell(root, "compare-opened");
    move(50);
    share.focus({ preventScroll: true });
    wipe.scrollIntoView({ block: "nearest" });
  }

  /** Ends the first sweep, which shows that there is something to move. @param {number} percent */
  function take(percent) {
    for (const sweep of root.getAnimations()) sweep.cancel();
    move(percent);
  }

  /** @param {number} pixels */
  const toPercent = (pixels) => (100 * pixels) / wipe.clientWidth;
  /** @param {PointerEvent} event */
  const jump = ({ clientX }) => take(toPercent(wipe.getBoundingClientRect().right - clientX));

  button.addEventListener("click", () => open(Boolean(wipe.hidden)));
  share.addEventListener("input", () => take(share.valueAsNumber));
  // The whole picture is the handle: on some phones a range moves by its thumb alone. A finger takes the edge along
  // from where it is, so one that only wants to scroll the page leaves it there.
  wipe.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // leaves the focus on the slider
    share.focus({ preventScroll: true });
    wipe.setPointerCapture(event.pointerId);
    if (event.pointerType === "mouse") jump(event);
    held = { at: event.clientX, share: share.valueAsNumber };
  });
  wipe.addEventListener("pointermove", ({ pointerId, clientX }) => {
    if (wipe.hasPointerCapture(pointerId)) take(held.share - toPercent(clientX - held.at));
  });
  // A tap. A click that no pointer made has no position.
  wipe.addEventListener("click", (event) => event.detail && jump(event));

  return {
    /**
     * Offers the comparison; one that is open goes on with the new portrait.
     * @param {string} celebrity the name of the person on the portrait
     * @param {{you: Shown, star: Shown}} pictures
     */
    offer(celebrity, pictures) {
      name = celebrity;
      share.ariaLabel = more.compare.between(celebrity);
      if (!wipe.hidden) move(share.valueAsNumber);
      features.of(pictures);
      button.hidden = false;
    },
    withdraw() {
      open(false);
      button.hidden = true;
    },
  };
}

/** Photos that the visitor drops on the page or pastes into it, and the wait until a photo is open. */
import { find, tell } from "./element.js";
import { announce } from "./status-line.js";
import { words } from "./words.js";

/**
 * Takes photos that are dropped on the page or pasted into it. Tells "photo-file".
 * @param {HTMLElement} root shown while the visitor drags a file over the page
 * @param {() => boolean} open whether the page takes a photo now
 * @param {() => boolean} agreed whether the visitor has given consent; asks for it if not
 */
export function photoDrop(root, open, agreed) {
  /** @param {DataTransfer | null} data */
  const hasFiles = (data) => Boolean(data?.types.includes("Files"));
  /** @param {DataTransfer | null} data */
  function take(data) {
    const files = [...(data?.files ?? [])];
    const file = files.find(({ type }) => type.startsWith("image/")) ?? files[0];
    if (file && open() && agreed()) tell(root, "photo-file", file);
  }

  addEventListener("dragover", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    root.classList.toggle("over", open());
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) root.classList.remove("over");
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    root.classList.remove("over");
    take(event.dataTransfer);
  });
  addEventListener("paste", (event) => take(event.clipboardData));
}

/**
 * Says that a photo is being opened, which takes seconds if it is large.
 * @param {HTMLElement} root
 */
export function photoOpening(root) {
  const line = find(root, "p", HTMLElement);
  const invitation = line.textContent;
  let opened = 0;

  return {
    /** @returns {() => void} ends it, unless another photo is being opened by then */
    begin() {
      const thisOne = ++opened;
      line.textContent = words.opening;
      root.classList.add("opening");
      announce(words.opening);
      return () => {
        if (thisOne !== opened) return;
        root.classList.remove("opening");
        line.textContent = invitation;
      };
    },
  };
}

// @ts-check
import { tell } from "./element.js";

/**
 * Takes photos that are dropped on the page or pasted into it. Tells "photo-file".
 * @param {HTMLElement} root shown while something hovers above the page
 * @param {() => boolean} open whether a photo is welcome now
 * @param {() => boolean} agreed whether it may be taken; asks for that where not
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

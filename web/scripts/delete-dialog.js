// @ts-check
import { find } from "./element.js";

/**
 * Asks once more before anything is deleted.
 * @param {HTMLDialogElement} dialog
 * @param {() => Promise<void>} remove
 * @param {() => void} onDeleted
 */
export function deleteDialog(dialog, remove, onDeleted) {
  const confirm = find(dialog, ".confirm", HTMLButtonElement);
  const error = find(dialog, ".error", HTMLElement);

  confirm.addEventListener("click", async () => {
    confirm.disabled = true;
    error.textContent = "";
    try {
      await remove();
      dialog.close();
      onDeleted();
    } catch {
      error.textContent = "We could not delete it just now. Check your connection and try again.";
    } finally {
      confirm.disabled = false;
    }
  });
  find(dialog, ".keep", HTMLButtonElement).addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  return {
    open() {
      error.textContent = "";
      dialog.showModal();
    },
  };
}

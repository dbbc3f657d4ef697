/** The dialog that asks before anything is deleted. */
import { find } from "./element.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";

/**
 * A question, and what happens on yes. `excuse` returns words for an error if there are better ones than the usual.
 * @typedef {{title: string, words: string, work: () => Promise<void>, done: () => void, excuse?: (error: unknown) => string}} Deletion
 */

/**
 * Asks once more before anything is deleted.
 * @param {HTMLDialogElement} dialog
 */
export function deleteDialog(dialog) {
  const confirm = find(dialog, ".confirm", HTMLButtonElement);
  const error = find(dialog, ".error", HTMLElement);
  /** @type {Deletion | null} */
  let asked = null;

  confirm.addEventListener("click", async () => {
    const deletion = asked;
    if (!deletion) return;
    confirm.disabled = true;
    error.textContent = "";
    try {
      await deletion.work();
      dialog.close();
      deletion.done();
    } catch (problem) {
      error.textContent = deletion.excuse?.(problem) ?? more.deletion_failed;
      if (!dialog.open) announce(error.textContent, { visible: true });
    } finally {
      confirm.disabled = false;
    }
  });
  find(dialog, ".keep", HTMLButtonElement).addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  return {
    /** @param {Deletion} deletion */
    ask(deletion) {
      asked = deletion;
      error.textContent = "";
      find(dialog, "h2", HTMLElement).textContent = deletion.title;
      find(dialog, ".words", HTMLElement).textContent = deletion.words;
      dialog.showModal();
    },
  };
}

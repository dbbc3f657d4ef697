/** The field that fetches more celebrities, while the pack has only the starter portraits. */

/** @typedef {"open" | "running" | "failed" | "closed"} Stage see local/filling.py */

const EVERY_MS = 3000;
const REFUSED = "That is neither a mail nor a web address.";
const FAILED = "The people could not be fetched; the terminal says why. You can try again.";
const BEGUN = "Asking Wikimedia who there is …";
const DONE = "The people are here. Play a photo.";

/**
 * Offers the field, and says how far it is.
 * @param {HTMLElement} root
 */
export function celebrities(root) {
  const form = /** @type {HTMLFormElement} */ (root.querySelector("form"));
  const field = /** @type {HTMLInputElement} */ (root.querySelector("input"));
  const button = /** @type {HTMLButtonElement} */ (root.querySelector("button"));
  const said = /** @type {HTMLElement} */ (root.querySelector("[role=status]"));
  /** @type {Stage} */
  let stage = "closed";

  /** @param {string} words */
  function say(words) {
    if (said.textContent !== words) said.textContent = words;
  }

  async function look() {
    const answer = await fetch("celebrities", { cache: "no-store" });
    if (!answer.ok) return;
    const before = stage;
    stage = (await answer.json()).stage;
    form.hidden = stage !== "open" && stage !== "failed";
    if (stage === "running") say(await progress());
    else if (stage === "failed" && before !== "failed") say(FAILED);
    else if (stage === "closed" && before === "running") say(DONE);
    root.hidden = stage === "closed" && !said.textContent;
  }

  async function progress() {
    const { packs } = await (await fetch("/api/packs")).json();
    /** @type {{stage: string, done: number, total: number} | null | undefined} */
    const how = packs.find((/** @type {{pack: string}} */ { pack }) => pack === "celebrities")?.progress;
    if (!how) return BEGUN;
    return `${how.stage === "fetching" ? "Fetching portraits" : "Indexing portraits"}: ${how.done} of ${how.total}`;
  }

  async function send() {
    button.disabled = true;
    try {
      const answer = await fetch("celebrities", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ contact: field.value }),
      });
      field.setAttribute("aria-invalid", String(answer.status === 422));
      if (answer.status === 422) say(REFUSED);
      else if (answer.ok) field.value = "";
      if (answer.status !== 422) await look();
      else field.focus();
    } catch {
      say("The local stack does not answer.");
    } finally {
      button.disabled = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  return { every: EVERY_MS, look: () => look().catch(() => {}) };
}

/** The screen of the account: what is kept about a member, to download or to delete. */
import { build, find, tell } from "./element.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";

/** @typedef {import("./account.js").Account} Account */
/** @typedef {import("./api.js").Api} Api */

/**
 * What is kept about the member, to download or to delete. Tells "sign-out-wanted" and
 * "forget-wanted".
 * @param {HTMLElement} root
 * @param {Account} account
 * @param {Api} api
 */
export function myData(root, account, api) {
  const download = find(root, ".download", HTMLButtonElement);
  const error = find(root, ".error", HTMLElement);

  download.addEventListener("click", async () => {
    download.disabled = true;
    error.textContent = "";
    try {
      save(await collect(api), "my-celebrity-data.json");
      announce(more.my_data.saved, { visible: true });
    } catch {
      error.textContent = more.my_data.failed;
    } finally {
      download.disabled = false;
    }
  });
  find(root, ".sign-out", HTMLButtonElement).addEventListener("click", () => tell(root, "sign-out-wanted"));
  find(root, ".forget", HTMLButtonElement).addEventListener("click", () => tell(root, "forget-wanted"));

  return {
    show() {
      error.textContent = "";
      find(root, ".email", HTMLElement).textContent = account.email;
    },
  };
}

/**
 * Makes one file of everything, a match a line. The photos themselves go beside their addresses, which are good
 * for an hour only. Thousands of photos fit into a Blob, though not into one string.
 * @param {Api} api
 * @returns {Promise<Blob>}
 */
async function collect(api) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    const { account, exported_at, matches, next_cursor } = await api.exportMe(cursor);
    if (!parts.length) parts.push(`{"account": ${JSON.stringify(account)}, "exported_at": "${exported_at}", "matches": [`);
    for (const match of matches) {
      const selfie = match.selfie_url && (await readSelfie(match.selfie_url));
      parts.push(parts.length > 1 ? ",\n" : "\n", new Blob([JSON.stringify({ ...match, selfie })]));
    }
    cursor = next_cursor;
  } while (cursor);
  return new Blob([...parts, "\n]}\n"], { type: "application/json" });
}

/** @param {string} url @returns {Promise<string | null>} null if the photo has been erased */
async function readSelfie(url) {
  const answer = await fetch(url, { cache: "no-store" }); // see openPicture in poster.js
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`photo: ${answer.status}`);
  return toDataUrl(await answer.blob());
}

/** @param {Blob} blob @returns {Promise<string>} */
function toDataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** @param {Blob} data @param {string} name */
function save(data, name) {
  const href = URL.createObjectURL(data);
  build("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the download reads it a little later
}

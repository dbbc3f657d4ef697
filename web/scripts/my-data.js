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
    announce(more.my_data.collecting);
    try {
      const { collectData } = await import("./data-archive.js");
      save(await collectData(api, fetchPhoto), "my-celebrity-data.zip");
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

/** @param {string} url @returns {Promise<Blob | null>} null if the photo has been erased */
async function fetchPhoto(url) {
  const answer = await fetch(url, { cache: "no-store" }); // see openPicture in poster.js
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`photo: ${answer.status}`);
  return answer.blob();
}

/** @param {Blob} data @param {string} name */
function save(data, name) {
  const href = URL.createObjectURL(data);
  build("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the download reads it a little later
}

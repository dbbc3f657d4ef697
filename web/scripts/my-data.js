// @ts-check
import { build, find, tell } from "./element.js";
import { announce } from "./status-line.js";

/** @typedef {import("./account.js").Account} Account */
/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Match} Match */

/**
 * What is kept about whoever has signed in, to take along or to be forgotten. Tells "sign-out-wanted" and
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
      save(await withPhotos(await api.exportMe()), "my-celebrity-data.json");
      announce("Your data is in your downloads.", { visible: true });
    } catch {
      error.textContent = "We could not fetch your data just now. Check your connection and try again.";
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
 * Puts the photos themselves beside their addresses, which are good for an hour only.
 * @template {{matches: Match[]}} Export
 * @param {Export} exported
 */
async function withPhotos(exported) {
  const matches = [];
  for (const match of exported.matches) {
    matches.push({ ...match, selfie: match.selfie_url && (await readSelfie(match.selfie_url)) });
  }
  return { ...exported, matches };
}

/** @param {string} url @returns {Promise<string | null>} null where the photo was erased meanwhile */
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

/** @param {unknown} data @param {string} name */
function save(data, name) {
  const href = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  build("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the download reads it a little later
}

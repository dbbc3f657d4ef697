/** A face to try the page with. */
import { Problem } from "./api.js";

/** @typedef {import("./api.js").Api} Api */

/**
 * Reads a portrait of a pack, a different one each time.
 * @param {Api} api
 * @param {string} pack
 * @returns {Promise<Blob>}
 */
export async function sampleFace(api, pack) {
  const { celebrities } = await api.listPeople(pack, null);
  const chosen = celebrities[Math.floor(Math.random() * celebrities.length)];
  if (!chosen) throw new Problem("catalog_empty");
  // The picture on the page was asked for without CORS, and may be in the browser's cache as such.
  const answer = await fetch(chosen.image_url, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) throw new Problem("network_lost");
  return answer.blob();
}

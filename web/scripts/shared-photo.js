/** A photo that another app has shared with this one. The service worker puts it aside, and opens the page at #shared. */

/** The cache and the address at which service-worker.js puts it. */
const SHELF = "lookalike-shared";
const PHOTO = "shared-photo";

/**
 * Takes the photo away from where the service worker put it: the page has it from then on, and the browser nowhere.
 * @returns {Promise<Blob | null>} null if there is none
 */
export async function takeSharedPhoto() {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(PHOTO);
  await caches.delete(SHELF);
  return kept ? kept.blob() : null;
}

/// <reference lib="webworker" />

/**
 * Opens the page without a network. What it keeps is one whole version of the page's files, never a
 * mixture: the one that the last complete visit ran on. Everything else, the API, the account, photos and
 * portraits, goes past it untouched.
 *
 * - A visit is from the network, or from what is kept, as its first request, the page, turns out. So a bad
 *   connection costs its patience once rather than once a file.
 * - What is kept changes as a whole, after a visit whose files all came from the network. The page then says
 *   what it has loaded: that is in the browser's HTTP cache, so keeping it transfers nothing.
 * - Parts that are loaded later in a visit are not kept. Without a network there is nothing to be done with them.
 * - A photo that another app shares with the page is put aside until the page takes it; it goes to no server.
 * - One mixture remains: where the connection breaks in the middle of a visit, the files that are missing are
 *   the kept ones, for what it is worth; without them the page would not run at all. It is not kept.
 */

const KEPT = "lookalike-page-1";

/** The files that make the page, from its folder. */
const SHELL = /^((scripts|scripts\/words|styles)\/[\w-]+\.(js|css))?$/;

/** Where a shared photo waits for the page (scripts/shared-photo.js); its address is also the manifest's share_target. */
const SHELF = "lookalike-shared";
const SHARED_PHOTO = new URL("shared-photo", self.location.href).href;

/** How long the network may take to begin its answer, where there is another. */
const PATIENCE_MS = 3000;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const page = new URL("./", worker.location.href).href;

/** @type {Set<string>} the visits that got a kept file; a browser stops an idle worker, but not while a page loads */
const behind = new Set();

worker.addEventListener("install", () => void worker.skipWaiting());

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers());
});

worker.addEventListener("message", (event) => {
  if (event.source instanceof Client && !behind.has(event.source.id)) event.waitUntil(keep(event.data));
});

worker.addEventListener("fetch", (event) => {
  if (event.request.method === "POST" && event.request.url === SHARED_PHOTO) return event.respondWith(putAside(event.request));
  const address = shellAddress(event.request);
  if (address) event.respondWith(answer(event, address));
});

/** @param {string} address */
const isShell = (address) => address.startsWith(page) && SHELL.test(address.slice(page.length));

/** @param {Request} request @returns {string | null} */
function shellAddress({ method, mode, url }) {
  if (method !== "GET") return null;
  const [address = ""] = url.split(/[?#]/, 1);
  if (mode === "navigate") return [page, `${page}index.html`].includes(address) ? page : null;
  return address === url && isShell(address) ? address : null;
}

/** @param {FetchEvent} event @param {string} address */
async function answer({ request, clientId, resultingClientId }, address) {
  const visit = resultingClientId || clientId;
  const network = behind.has(visit) ? null : fetch(request);
  const inTime = network && (await Promise.race([network.catch(() => null), pause(PATIENCE_MS)]));
  if (inTime && inTime.status < 500) return inTime;
  const kept = await caches.match(address, { cacheName: KEPT });
  if (!kept) return network ?? fetch(request);
  if (visit) behind.add(visit);
  return kept;
}

/**
 * Puts the first picture of a form aside, and opens the page.
 * @param {Request} request
 */
async function putAside(request) {
  const shared = (await request.formData().catch(() => new FormData())).getAll("photo");
  const photo = shared.find((one) => one instanceof File && one.size > 0);
  await caches.delete(SHELF); // an earlier photo that the page has never taken
  if (photo) await (await caches.open(SHELF)).put(SHARED_PHOTO, new Response(photo));
  return Response.redirect(`${page}#shared`, 303);
}

/**
 * Keeps all or nothing: where one file cannot be had, what is kept stays as it is.
 * @param {string[]} loaded what the visit has loaded, so that the browser has it
 */
async function keep(loaded) {
  const cache = await caches.open(KEPT);
  const addresses = new Set([page, ...loaded.filter(isShell)]);
  await cache.addAll([...addresses].map((address) => new Request(address, { cache: "force-cache" })));
  const olds = (await cache.keys()).filter(({ url }) => !addresses.has(url));
  await Promise.all(olds.map((old) => cache.delete(old)));
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("lookalike-") && name !== KEPT).map((name) => caches.delete(name)));
}

/** @param {number} ms @returns {Promise<null>} */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms, null));

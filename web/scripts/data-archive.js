/** Everything kept about a member as one archive: a page to read, the photos beside it, and all of it for programs. */
import { failureWords } from "./failures.js";
import { numberOf } from "./match-words.js";
import { more } from "./words-more.js";
import { language } from "./words.js";
import { Zip } from "./zip.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").ExportPage} ExportPage */
/** @typedef {import("./api.js").Match} Match */

const STYLE =
  "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 Georgia,serif;color:#211c2a;background:#f8f2e6}" +
  "article{display:grid;grid-template-columns:9rem 1fr;gap:0 1.5rem;padding:1rem 0;border-top:1px solid #dccdb0;break-inside:avoid}" +
  "article>:first-child{grid-row:1/9}img{width:100%;border-radius:4px}h2{margin:0;font-size:1.1rem}ol{margin:0;padding-left:1.2rem}";
/** @type {Record<string, string>} */
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const EXTENSIONS = { "image/jpeg": "jpg", "image/png": "png" };

/**
 * Collects what is kept about the member, a page of the export after the other. Only the photo that is being
 * fetched is in memory.
 * @param {Pick<Api, "exportMe">} api
 * @param {(url: string) => Promise<Blob | null>} fetchPhoto null if the photo has been erased
 * @returns {Promise<Blob>} a ZIP
 */
export async function collectData(api, fetchPhoto) {
  const zip = new Zip();
  /** @type {BlobPart[]} thousands of matches fit into a Blob, though not into one string */
  const articles = [];
  /** @type {BlobPart[]} */
  const records = [];
  /** @type {ExportPage | null} */
  let page = null;
  do {
    page = await api.exportMe(page?.next_cursor ?? null);
    for (const match of page.matches) {
      const photo = await addPhoto(zip, match, fetchPhoto);
      records.push(records.length ? ",\n" : "", JSON.stringify({ ...match, selfie_url: undefined, photo }));
      articles.push(article(match, photo));
    }
  } while (page.next_cursor);
  const { account, exported_at } = page;
  const now = new Date(exported_at);
  const head = `{"account": ${JSON.stringify(account)}, "exported_at": ${JSON.stringify(exported_at)}, "matches": [\n`;
  await zip.add("data.json", new Blob([head, ...records, "\n]}\n"]), now);
  await zip.add("index.html", new Blob([heading(account.email ?? "", exported_at), ...articles]), now);
  return zip.finish();
}

/**
 * @param {Zip} zip
 * @param {Match} match
 * @param {(url: string) => Promise<Blob | null>} fetchPhoto
 * @returns {Promise<string | null>} its name in the archive
 */
async function addPhoto(zip, { match_id, created_at, selfie_url }, fetchPhoto) {
  const photo = selfie_url && (await fetchPhoto(selfie_url));
  if (!photo) return null;
  const extension = EXTENSIONS[/** @type {keyof typeof EXTENSIONS} */ (photo.type)] ?? "jpg";
  const name = `photos/${match_id}.${extension}`;
  await zip.add(name, photo, new Date(created_at));
  return name;
}

/** @param {string} email @param {string} exportedAt */
function heading(email, exportedAt) {
  const { title, lead } = more.my_data.archive;
  // No script, and nothing from anywhere but this folder.
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${escaped(title)}</title><style>${STYLE}</style><h1>${escaped(title)}</h1>` +
    `<p>${escaped(email)}</p><p>${escaped(lead(more.date(exportedAt)))}</p>\n`;
}

/** @param {Match} match @param {string | null} photo */
function article({ created_at, celebrities, failure }, photo) {
  const { erased, no_result } = more.my_data.archive;
  const picture = photo ? `<img src="${escaped(photo)}" alt="" loading="lazy">` : `<p>${escaped(erased)}</p>`;
  const people = celebrities.map((one) => {
    const { lead, rest } = numberOf(one);
    return `<li>${escaped(one.name)}: ${escaped(`${lead} ${rest}`)}</li>`;
  });
  const result = people.length
    ? `<ol>${people.join("")}</ol>`
    : `<p>${escaped(failure ? failureWords(failure).message : no_result)}</p>`;
  return `<article>${picture}<h2>${escaped(more.date(created_at))}</h2>${result}</article>\n`;
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

/** The screen that lists the matches of a member, or of a guest on this device. */
import { memberPath, Problem } from "./api.js";
import { build, find, tell } from "./element.js";
import { archOf, initialsOf } from "./framed-picture.js";
import { numberOf, resemblanceWords } from "./match-words.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Match} Match */
/** @typedef {{path: string, match: Match}} Found */

/** So many are shown at first, and with each tap more, even if the server's pages hold failures as well. */
const SHOWN = 12;
/** The widest that an arch is here, in pixels of the page. */
const ARCH = { width: 64 };

/**
 * The matches that succeeded, newest first. Tells "match-chosen" and "match-delete-wanted" with a match's path,
 * "clear-wanted", and "photo-wanted".
 * @param {HTMLElement} root
 * @param {Api} api
 * @param {() => string[] | null} guests the paths of a guest's last results; null for a member
 */
export function matchHistory(root, api, guests) {
  const list = find(root, "ol", HTMLOListElement);
  const empty = find(root, ".empty", HTMLElement);
  const error = find(root, ".error", HTMLElement);
  const earlier = find(root, ".more", HTMLButtonElement);
  const device = find(root, ".on-device", HTMLElement);
  /** @type {string | null} */
  let cursor = null;
  let visit = 0;

  async function load() {
    const thisVisit = visit;
    const isFirst = cursor === null;
    earlier.disabled = true;
    error.textContent = "";
    root.setAttribute("aria-busy", "true");
    try {
      const found = await (guests() ? loadGuests() : loadPages());
      if (thisVisit !== visit) return;
      const made = found.map(entry);
      list.append(...made);
      earlier.textContent = more.matches.earlier;
      earlier.hidden = cursor === null;
      settle();
      if (!isFirst) made[0]?.querySelector("button")?.focus();
    } catch (problem) {
      if (thisVisit !== visit) return;
      const { code } = Problem.from(problem);
      error.textContent = code === "signed_out" ? more.matches.signed_out : more.matches.failed;
      earlier.textContent = more.matches.try_again;
      earlier.hidden = false;
    } finally {
      if (thisVisit === visit) {
        earlier.disabled = false;
        root.removeAttribute("aria-busy");
      }
    }
  }

  /** @returns {Promise<Found[]>} */
  async function loadPages() {
    /** @type {Found[]} */
    const found = [];
    do {
      const page = await api.listMatches(cursor);
      found.push(...page.matches.filter(isWorthShowing).map((match) => ({ path: memberPath(match.match_id), match })));
      cursor = page.next_cursor;
    } while (cursor && found.length < SHOWN / 2);
    return found;
  }

  /** @returns {Promise<Found[]>} those that the server still has */
  async function loadGuests() {
    const matches = (guests() ?? []).map((path) =>
      api.getMatch(path).then((match) => [{ path, match }], (error) => {
        if (error instanceof Problem && error.code === "not_found") return [];
        throw error;
      })
    );
    return (await Promise.all(matches)).flat();
  }

  function settle() {
    empty.hidden = list.childElementCount > 0 || cursor !== null;
    device.hidden = guests() === null || list.childElementCount === 0;
  }

  /** @param {Found} found */
  function entry({ path, match }) {
    const { title, words, best } = describe(match);
    const when = build("time", { dateTime: match.created_at, textContent: more.date(match.created_at) });
    const text = build("span", { className: "words" }, build("b", { textContent: title }), words, when);
    const pictures = build(
      "span",
      { className: "pair" },
      archOf(match.selfie_url ? { image_url: match.selfie_url, face: match.selfie_face } : null, "", ARCH),
      archOf(best ?? null, best ? initialsOf(best.name) : "?", ARCH),
    );
    const open = build(best ? "button" : "p", { className: "open" }, pictures, text);
    if (best) open.addEventListener("click", () => tell(root, "match-chosen", path));
    const remove = build("button", { type: "button", className: "remove", textContent: more.matches.delete });
    remove.setAttribute("aria-label", more.matches.delete_which(title, when.textContent ?? ""));
    const item = build("li", {}, open, remove);
    item.dataset.path = path;
    remove.addEventListener("click", () => tell(root, "match-delete-wanted", path));
    return item;
  }

  earlier.addEventListener("click", () => void load());
  find(device, "button", HTMLButtonElement).addEventListener("click", () => tell(root, "clear-wanted"));
  find(root, ".first-photo", HTMLButtonElement).addEventListener("click", () => tell(root, "photo-wanted"));

  return {
    /** Fetches the newest page again. */
    open() {
      visit++;
      cursor = null;
      list.replaceChildren();
      earlier.hidden = empty.hidden = device.hidden = true;
      return load();
    },

    /**
     * Removes a deleted match from the list, and moves the focus to its neighbour.
     * @param {string} path
     */
    drop(path) {
      const item = [...list.children].find((child) => child instanceof HTMLElement && child.dataset.path === path);
      const neighbour = item?.nextElementSibling ?? item?.previousElementSibling;
      item?.remove();
      settle();
      find(neighbour ?? root, neighbour ? ".remove" : "h1", HTMLElement).focus();
      announce(more.matches.deleted, { visible: true });
    },
  };
}

/** @param {Match} match */
const isWorthShowing = ({ status }) => status === "succeeded" || status === "processing";

/** @param {Match} match */
function describe({ celebrities: [best] }) {
  if (best) return { best, title: best.name, words: `${numberOf(best).lead} · ${resemblanceWords(best.resemblance)}` };
  return { title: more.matches.looking, words: more.matches.looking_hint };
}

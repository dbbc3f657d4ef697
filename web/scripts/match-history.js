/** The screen that lists a member’s matches. */
import { memberPath, Problem } from "./api.js";
import { build, find, showImage, tell } from "./element.js";
import { failureWords } from "./failures.js";
import { initialsOf } from "./premiere-stage.js";
import { resemblanceWords } from "./resemblance.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Match} Match */

/**
 * The member's matches, newest first, a page at a time. Tells "match-chosen" and
 * "match-delete-wanted" with a match's path, and "photo-wanted".
 * @param {HTMLElement} root
 * @param {Api} api
 */
export function matchHistory(root, api) {
  const list = find(root, "ol", HTMLOListElement);
  const empty = find(root, ".empty", HTMLElement);
  const error = find(root, ".error", HTMLElement);
  const earlier = find(root, ".more", HTMLButtonElement);
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
      const page = await api.listMatches(cursor);
      if (thisVisit !== visit) return;
      cursor = page.next_cursor;
      const made = page.matches.filter(isWorthShowing).map(entry);
      list.append(...made);
      earlier.textContent = more.matches.earlier;
      earlier.hidden = cursor === null;
      // A page may hold only attempts whose photo never arrived.
      if (!made.length && cursor !== null) return await load();
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

  function settle() {
    empty.hidden = list.childElementCount > 0 || cursor !== null;
  }

  /** @param {Match} match */
  function entry(match) {
    const { title, words, best } = describe(match);
    const when = build("time", { dateTime: match.created_at, textContent: more.date(match.created_at) });
    const text = build("span", { className: "words" }, build("b", { textContent: title }), words, when);
    const pictures = build(
      "span",
      { className: "pair" },
      picture(match.selfie_url, ""),
      picture(best?.image_url ?? null, best ? initialsOf(best.name) : "?"),
    );
    const open = build(best ? "button" : "p", { className: "open" }, pictures, text);
    if (best) open.addEventListener("click", () => tell(root, "match-chosen", memberPath(match.match_id)));
    const remove = build("button", { type: "button", className: "remove", textContent: more.matches.delete });
    remove.setAttribute("aria-label", more.matches.delete_which(title, when.textContent ?? ""));
    const item = build("li", {}, open, remove);
    item.dataset.path = memberPath(match.match_id);
    remove.addEventListener("click", () => tell(root, "match-delete-wanted", item.dataset.path));
    return item;
  }

  earlier.addEventListener("click", () => void load());
  find(root, ".first-photo", HTMLButtonElement).addEventListener("click", () => tell(root, "photo-wanted"));

  return {
    /** Fetches the newest page again. */
    open() {
      visit++;
      cursor = null;
      list.replaceChildren();
      earlier.hidden = empty.hidden = true;
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
const isWorthShowing = ({ status }) => status !== "awaiting_upload" && status !== "expired";

/** @param {Match} match */
function describe({ status, celebrities: [best], failure }) {
  if (status === "succeeded" && best) return { best, title: best.name, words: resemblanceWords(best.resemblance) };
  if (status === "processing") return { title: more.matches.looking, words: more.matches.looking_hint };
  return { title: failureWords(failure ?? { code: "unexpected" }).title, words: more.matches.none };
}

/** @param {string | null} url @param {string} initials */
function picture(url, initials) {
  const image = build("img", { alt: "", hidden: true });
  const letters = build("span", { className: "initials", textContent: initials });
  letters.setAttribute("aria-hidden", "true");
  if (url) void showImage(image, url).then((shown) => (letters.hidden = shown));
  return build("span", { className: "arch" }, letters, image);
}

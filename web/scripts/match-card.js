/** The screen that shows the result of a match. */
import { showAmong } from "./among-chooser.js";
import { credit } from "./credits.js";
import { build, find, showImage, tell } from "./element.js";
import { agreement, amongWords, closeCall, withoutWords } from "./match-words.js";
import { initialsOf } from "./premiere-stage.js";
import {
  BULBS,
  litBulbs,
  numberOf,
  resemblanceHeadline,
  resemblanceLimits,
  resemblanceMeaning,
  resemblanceWords,
} from "./resemblance.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";
import { words } from "./words.js";

/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {import("./packs.js").Packs} Packs */
/** @typedef {import("./poster.js").Billing} Billing */

const MOST_PHOTOS = 5;

/**
 * The result, apart from the two pictures on the stage. Tells "share-wanted", "another-photo-wanted" with the match, "others-wanted" with
 * the match and among whom, "start-over" and
 * "delete-wanted".
 * @param {HTMLElement} root
 * @param {Packs} packs
 */
export function matchCard(root, packs) {
  /** @type {Billing | null} */
  let billing = null;
  /** @type {Match | null} */
  let shown = null;

  /** Says from which pack it is, where there are others that it could be from. */
  function showPack() {
    const title = packs.playable.length > 1 ? packs.find(shown?.pack ?? "")?.title : null;
    const line = find(root, ".pack", HTMLElement);
    line.hidden = !title;
    line.replaceChildren(more.match.from_line_up, build("bdi", { textContent: title ?? "" }));
  }

  /** @param {string} selector @param {string} words without any, the line is hidden */
  function say(selector, words) {
    const line = find(root, selector, HTMLElement);
    line.hidden = !words;
    line.textContent = words;
  }

  /** Offers to compare the same photo with others, as long as it is kept. */
  function showOthers() {
    const match = shown;
    if (!match) return;
    showAmong(find(root, ".among-chooser", HTMLElement), {
      legend: match.selfies > 1 ? words.groups.legend_newest : words.groups.legend,
      groups: (match.selfie_url && packs.find(match.pack)?.among) || [],
      among: match.among,
      choose: (among) => tell(root, "others-wanted", { match, among }),
    });
  }

  packs.addEventListener("changed", showPack);
  packs.addEventListener("changed", showOthers);
  find(root, ".share", HTMLButtonElement).addEventListener("click", () => tell(root, "share-wanted", billing));
  find(root, ".add", HTMLButtonElement).addEventListener("click", () => tell(root, "another-photo-wanted", shown));
  find(root, ".retake", HTMLButtonElement).addEventListener("click", () => tell(root, "start-over"));
  find(root, ".delete", HTMLButtonElement).addEventListener("click", () => tell(root, "delete-wanted"));

  return {
    /**
     * @param {Match} match
     * @param {Celebrity} best
     * @param {string | null} selfieUrl
     * @param {boolean} fresh whether it was made just now
     * @param {string[]} without the codes of what it had to do without
     */
    show(match, best, selfieUrl, fresh, without) {
      shown = match;
      billing = { celebrity: best, selfieUrl, selfieFace: match.selfie_face };
      const when = find(root, "time", HTMLTimeElement);
      when.hidden = fresh;
      when.dateTime = match.created_at;
      when.textContent = more.date(match.created_at);
      const others = match.celebrities.slice(1, 5);
      find(root, ".name", HTMLElement).textContent = best.name;
      find(root, ".number b", HTMLElement).textContent = numberOf(best).lead;
      say(".number span", best.one_in ? "" : numberOf(best).rest);
      find(root, ".bulbs", HTMLElement).style.setProperty("--lit", `${(100 * litBulbs(best.resemblance)) / BULBS}%`);
      find(root, ".words", HTMLElement).textContent = resemblanceHeadline(best.resemblance);
      find(root, ".meaning", HTMLElement).textContent = resemblanceMeaning(best);
      say(".same-person", best.same_person ? more.resemblance.same_person : "");
      say(".without", withoutWords(without));
      if (without.length) announce(withoutWords(without));
      say(".among", amongWords(match));
      say(".agreement", agreement(match));
      // An earlier photo counts by its scores, which are kept as long as it is.
      const isOpen = match.method === "faces" && match.selfies < MOST_PHOTOS && match.selfie_url !== null;
      find(root, ".add", HTMLButtonElement).hidden = !isOpen;
      say(".certainty", closeCall(match));
      find(root, ".limits", HTMLDetailsElement).open = false;
      find(root, ".limits p", HTMLElement).textContent = resemblanceLimits(best);
      showPack();
      showOthers();
      find(root, ".method", HTMLElement).hidden = match.method !== "landmarks";
      find(root, ".selfie-gone", HTMLElement).hidden = selfieUrl !== null;
      find(root, ".bill", HTMLElement).hidden = others.length === 0;
      find(root, ".bill ol", HTMLOListElement).replaceChildren(...others.map(runnerUp));
      find(root, ".credits", HTMLDetailsElement).open = false;
      find(root, ".credits ul", HTMLUListElement).replaceChildren(...[best, ...others].map(credited));
    },
  };
}

/** @param {Celebrity} celebrity */
function runnerUp(celebrity) {
  const { name, resemblance, image_url } = celebrity;
  const image = build("img", { alt: "", hidden: true });
  const initials = build("span", { className: "initials", textContent: initialsOf(name) });
  initials.setAttribute("aria-hidden", "true");
  void showImage(image, image_url).then((shown) => (initials.hidden = shown));
  return build(
    "li",
    {},
    build("span", { className: "arch" }, initials, image),
    build(
      "p",
      {},
      build("span", { className: "name", textContent: name }),
      " ",
      build("span", { textContent: resemblanceWords(resemblance) }),
    ),
    build("b", { textContent: numberOf(celebrity).lead }),
  );
}

/** @param {Celebrity} celebrity */
const credited = ({ name, attribution }) => build("li", {}, build("bdi", { textContent: name }), ": ", ...credit(attribution));

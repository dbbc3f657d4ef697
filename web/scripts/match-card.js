/** The screen that shows the result of a match. */
import { showAmong } from "./among-chooser.js";
import { credit } from "./credits.js";
import { build, find, tell } from "./element.js";
import { archOf, initialsOf } from "./framed-picture.js";
import {
  agreement,
  amongWords,
  BULBS,
  closeCall,
  litBulbs,
  numberOf,
  resemblanceHeadline,
  resemblanceLimits,
  resemblanceMeaning,
  resemblanceWords,
  withoutWords,
} from "./match-words.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";
import { words } from "./words.js";

/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {import("./packs.js").Packs} Packs */
/** @typedef {import("./poster.js").Billing} Billing */

const MOST_PHOTOS = 5;
const RUNNER_UP_WIDTH = 44;

/**
 * The result, apart from the two pictures on the stage. Tells "share-wanted", "another-photo-wanted" with the match, "others-wanted" with
 * the match and among whom, "other-face-wanted" with the match, "celebrity-chosen" with who is to be on the stage, "start-over" and
 * "delete-wanted".
 * @param {HTMLElement} root
 * @param {Packs} packs
 */
export function matchCard(root, packs) {
  /** @type {Billing | null} */
  let billing = null;
  /** @type {Match | null} */
  let shown = null;
  /** @type {import("./premiere-stage.js").Selfie} */
  let selfie = { url: null };
  /** @type {Map<string, HTMLButtonElement>} by the celebrity's id */
  const runnersUp = new Map();
  const otherFace = build("button", { type: "button", className: "other-face", textContent: more.match.other_face });
  find(root, ".add", HTMLButtonElement).before(otherFace);
  const kickerOfOther = find(root, ".kicker.other", HTMLElement);
  const others = [kickerOfOther, find(root, ".bill h2", HTMLElement)];
  const alsoYou = kickerOfOther.textContent ?? "";

  /** Says from which pack it is, where there are others that it could be from. */
  function showPack() {
    const title = packs.playable.length > 1 ? packs.find(shown?.pack ?? "")?.title : null;
    const line = find(root, ".pack", HTMLElement);
    line.hidden = !title;
    line.replaceChildren(more.match.from_line_up, build("bdi", { textContent: title ?? "" }));
  }

  /** Says where the line-up is so small that the number is rough. */
  function showFew() {
    const few = shown && shown.method === "faces" && !shown.celebrities[0]?.one_in ? packs.few(shown.pack) : 0;
    say(".few", few ? more.match.few(few) : "");
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

  /** Says how close one of the celebrities is. @param {Celebrity} celebrity */
  function cast(celebrity) {
    const isFirst = celebrity === shown?.celebrities[0];
    billing = { celebrity, selfieUrl: selfie.url, selfieFace: selfie.face };
    find(root, ".kicker.first", HTMLElement).hidden = !isFirst;
    kickerOfOther.hidden = isFirst;
    find(root, ".name", HTMLElement).textContent = celebrity.name;
    find(root, ".number b", HTMLElement).textContent = numberOf(celebrity).lead;
    say(".number span", celebrity.one_in ? "" : numberOf(celebrity).rest);
    find(root, ".bulbs", HTMLElement).style.setProperty("--lit", `${(100 * litBulbs(celebrity.resemblance)) / BULBS}%`);
    find(root, ".words", HTMLElement).textContent = resemblanceHeadline(celebrity);
    find(root, ".meaning", HTMLElement).textContent = resemblanceMeaning(celebrity);
    say(".agreement", isFirst && shown ? agreement(shown) : "");
    say(".certainty", isFirst && shown ? closeCall(shown) : "");
    say(".same-person", celebrity.same_person ? more.resemblance.same_person : "");
    find(root, ".limits p", HTMLElement).textContent = resemblanceLimits(celebrity);
    say(".back-to-first", isFirst ? "" : more.match.back_to(shown?.celebrities[0]?.name ?? ""));
    for (const [id, button] of runnersUp) button.ariaPressed = String(id === celebrity.celebrity_id);
  }

  /** Puts one of the celebrities on the stage. @param {Celebrity} celebrity */
  function choose(celebrity) {
    cast(celebrity);
    tell(root, "celebrity-chosen", celebrity);
    announce(more.match.on_stage(celebrity.name));
  }

  /** @param {Celebrity} celebrity */
  function runnerUp(celebrity) {
    const { name, celebrity_id, resemblance } = celebrity;
    const button = build(
      "button",
      { type: "button", ariaPressed: "false" },
      build("span", { className: "arch" }),
      build(
        "span",
        { className: "who" },
        build("span", { className: "name", textContent: name }),
        " ",
        resemblanceWords(resemblance),
      ),
      build("b", { textContent: numberOf(celebrity).lead }),
    );
    runnersUp.set(celebrity_id, button);
    button.addEventListener("click", () => {
      const first = shown?.celebrities[0];
      choose(button.ariaPressed === "true" && first ? first : celebrity);
    });
    return build("li", {}, button);
  }

  packs.addEventListener("changed", showPack);
  packs.addEventListener("changed", showOthers);
  packs.addEventListener("changed", showFew);
  find(root, ".share", HTMLButtonElement).addEventListener("click", () => tell(root, "share-wanted", billing));
  find(root, ".add", HTMLButtonElement).addEventListener("click", () => tell(root, "another-photo-wanted", shown));
  otherFace.addEventListener("click", () => tell(root, "other-face-wanted", shown));
  find(root, ".retake", HTMLButtonElement).addEventListener("click", () => tell(root, "start-over"));
  find(root, ".delete", HTMLButtonElement).addEventListener("click", () => tell(root, "delete-wanted"));

  find(root, ".back-to-first", HTMLButtonElement).addEventListener("click", () => {
    const first = shown?.celebrities[0];
    if (first) choose(first);
    find(root, "h1", HTMLElement).focus();
  });

  return {
    /**
     * @param {Match} match that has a celebrity at least
     * @param {import("./premiere-stage.js").Selfie} photo as the stage shows it
     * @param {{fresh: boolean, sample: boolean}} kind whether it was made just now, and of a face that is not the visitor's
     * @param {string[]} without the codes of what it had to do without
     */
    show(match, photo, { fresh, sample }, without) {
      shown = match;
      selfie = photo;
      const [first, ...runners] = match.celebrities.slice(0, 5);
      if (!first) return;
      for (const words of others) words.textContent = sample ? more.match.also_sample : alsoYou;
      otherFace.hidden = sample || !match.selfie_face || !match.other_faces?.length || selfie.url === null;
      const when = find(root, "time", HTMLTimeElement);
      when.hidden = fresh;
      when.dateTime = match.created_at;
      when.textContent = more.date(match.created_at);
      say(".without", withoutWords(without));
      if (without.length) announce(withoutWords(without));
      say(".among", amongWords(match));
      // An earlier photo counts by its scores, which are kept as long as it is.
      const isOpen = match.method === "faces" && match.selfies < MOST_PHOTOS && match.selfie_url !== null;
      find(root, ".add", HTMLButtonElement).hidden = !isOpen;
      find(root, ".limits", HTMLDetailsElement).open = false;
      showPack();
      showOthers();
      showFew();
      find(root, ".method", HTMLElement).hidden = match.method !== "landmarks";
      find(root, ".selfie-gone", HTMLElement).hidden = selfie.url !== null;
      find(root, ".bill", HTMLElement).hidden = runners.length === 0;
      runnersUp.clear();
      find(root, ".bill ol", HTMLOListElement).replaceChildren(...runners.map(runnerUp));
      cast(first);
      find(root, ".credits", HTMLDetailsElement).open = false;
      find(root, ".credits ul", HTMLUListElement).replaceChildren(...[first, ...runners].map(credited));
    },

    /** Fetches the pictures of the runners-up. */
    showPictures() {
      for (const celebrity of shown?.celebrities ?? []) {
        const arch = runnersUp.get(celebrity.celebrity_id)?.querySelector(".arch");
        arch?.replaceWith(archOf(celebrity, initialsOf(celebrity.name), { width: RUNNER_UP_WIDTH }));
      }
    },
  };
}

/** @param {Celebrity} celebrity */
const credited = ({ name, attribution }) => build("li", {}, build("bdi", { textContent: name }), ": ", ...credit(attribution));

/** The screen that lists everyone in a pack. */
import { Problem } from "./api.js";
import { credit } from "./credits.js";
import { build, find, tell } from "./element.js";
import { archOf, initialsOf } from "./framed-picture.js";
import { packChooser } from "./pack-chooser.js";
import { Part } from "./parts.js";
import { searchFor } from "./people-search.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";
import { curators } from "./words/curators.js";

/** @typedef {import("./account.js").Account} Account */
/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Person} Person */
/** @typedef {import("./api.js").Portrait} Portrait */
/** @typedef {import("./delete-dialog.js").Deletion} Deletion */
/** @typedef {import("./packs.js").Packs} Packs */
/** @typedef {ReturnType<typeof import("./portrait-form.js").portraitForm>} PortraitForm */

/** So many people are looked through by typing. */
const MANY = 12;
/** The widths of arches, in pixels of the page. Among many, a picture need not use every dot of the screen. */
const IN_LIST = { width: 110, density: 1 };
const ALONE = { width: 200 };

/**
 * Everyone in a pack, a page at a time, with all their portraits and whose pictures these are; to curators, with
 * what changes it. Tells "pack-wanted", "photo-wanted" and "deletion-wanted".
 * @param {HTMLElement} root
 * @param {Api} api
 * @param {Packs} packs
 * @param {Account} account
 */
export function lineUp(root, api, packs, account) {
  const lead = build("p", { className: "lead", textContent: more.line_up.lead });
  const choice = build("div", { className: "pack-chooser" });
  const count = build("p", { className: "count" });
  const search = build("input", {
    type: "search",
    className: "search",
    placeholder: more.line_up.search,
    autocomplete: "off",
    hidden: true,
  });
  search.ariaLabel = more.line_up.search;
  const add = build("button", { type: "button", className: "add", textContent: curators.add, hidden: true });
  const list = build("ul", { className: "people" });
  const error = build("p", { className: "error", role: "alert" });
  const further = build("button", { type: "button", className: "more" });
  const play = build("button", { type: "button", className: "primary", textContent: more.line_up.play });
  const actions = build("div", { className: "actions" }, play);
  root.append(lead, choice, build("div", { className: "bar" }, count, search, add), list, error, further, actions);

  let pack = packs.chosen;
  /** @type {string | null} */
  let cursor = null;
  /** How many portraits of those listed there are. */
  let portraits = 0;
  let visit = 0;
  /** @type {Map<Element, Person>} who is listed, by what shows them */
  const listed = new Map();

  const form = new Part(
    ["portrait-form", "form-fields"],
    async () => (await import("./portrait-form.js")).portraitForm(api, renew),
  );
  const chooser = packChooser(choice, packs, {
    legend: more.line_up.legend,
    chosen: () => pack,
    choose(wanted) {
      pack = wanted;
      chooser.show();
      void begin();
    },
    empty: true,
  });

  /** Fetches the pack's first page again. */
  function begin() {
    visit++;
    cursor = null;
    portraits = 0;
    listed.clear();
    list.replaceChildren();
    count.textContent = search.value = "";
    search.hidden = true;
    further.hidden = play.hidden = true;
    if (!account.curator) add.hidden = true;
    return load();
  }

  async function load() {
    const thisVisit = visit;
    const isFirst = cursor === null;
    further.disabled = true;
    error.textContent = "";
    root.setAttribute("aria-busy", "true");
    try {
      const [page, tools] = await Promise.all([api.listPeople(pack, cursor), account.curator ? form.load() : null]);
      if (thisVisit !== visit) return;
      cursor = page.next_cursor;
      portraits += page.celebrities.reduce((sum, person) => sum + person.portraits.length, 0);
      const made = page.celebrities.map((person) => entry(person, tools));
      list.append(...made);
      add.hidden = tools === null;
      further.textContent = more.line_up.more;
      settle();
      if (isFirst || isSearched()) announce(count.textContent);
      else made[0]?.querySelector("summary")?.focus();
    } catch (problem) {
      if (thisVisit !== visit) return;
      const gone = Problem.from(problem).code === "unknown_pack";
      error.textContent = gone ? more.line_up.gone : more.line_up.failed;
      further.textContent = more.line_up.try_again;
      further.hidden = gone;
      if (gone) void packs.fetch().catch(() => {});
    } finally {
      if (thisVisit === visit) {
        further.disabled = false;
        root.removeAttribute("aria-busy");
      }
    }
    if (thisVisit === visit && isSearched() && cursor !== null && !error.textContent) await load();
  }

  /** Shows those whom the visitor looks for, and fetches everyone for that, because the API knows no search. */
  function seek() {
    settle();
    if (!isSearched()) return;
    if (cursor === null) announce(count.textContent);
    else if (!further.disabled) void load();
  }

  const isSearched = () => search.value.trim() !== "";

  /** Says how many they are; the API tells only of portraits before all have been fetched. */
  function settle() {
    const people = list.childElementCount;
    const isFound = searchFor(search.value);
    for (const [card, person] of listed) /** @type {HTMLElement} */ (card).hidden = !isFound(person);
    search.hidden = people < MANY && cursor === null && !isSearched();
    further.hidden = cursor === null || isSearched();
    const all = cursor === null ? portraits : Math.max(packs.find(pack)?.portraits ?? 0, portraits);
    packs.count(pack, all);
    play.hidden = list.childElementCount === 0;
    if (isSearched()) count.textContent = more.line_up.found(list.querySelectorAll(":scope > :not([hidden])").length);
    else if (play.hidden) count.textContent = more.line_up.empty;
    else if (cursor === null) count.textContent = more.line_up.all(people, portraits);
    else count.textContent = more.line_up.first(people, all > portraits ? all : null);
  }

  /** Shows the pack again after a curator has changed it. */
  function renew() {
    const listed = begin();
    if (document.activeElement === document.body) add.focus(); // what had the focus was in the list
    return listed;
  }

  /** @param {Person} person @param {PortraitForm | null} tools a curator's */
  function entry(person, tools) {
    const { name } = person;
    const [number, several] = [person.portraits.length, person.portraits.length > 1];
    const title = build("span", { className: "name", dir: "auto", textContent: name });
    const summary = build("summary", {}, archOf(person, initialsOf(name), IN_LIST), title);
    if (person.description) {
      summary.append(" ", build("small", { className: "who", dir: "auto", textContent: person.description }));
    }
    if (several) summary.append(" ", build("small", { textContent: more.line_up.portraits(number) }));
    const card = build("li");
    const shown = build("ul", { className: "portraits" });
    shown.append(...person.portraits.map((portrait, index) => {
      const alt = several ? more.line_up.portrait_number(index + 1, name) : more.line_up.portrait_of(name);
      const made = build("p", {}, more.credits.picture, ...credit(portrait.attribution));
      const item = build("li", {}, archOf(portrait, initialsOf(name), { ...ALONE, alt }), made);
      if (tools) item.append(remover(card, person, portrait, alt, tools));
      return item;
    }));
    const details = build("details", {}, summary, shown);
    details.addEventListener("toggle", () => details.open && card.scrollIntoView({ block: "nearest" }));
    if (tools) {
      const another = build("button", { type: "button", className: "quiet", textContent: curators.add_another });
      another.ariaLabel = curators.add_another_of(name);
      another.addEventListener("click", () => tools.open(pack, titleOfPack(), person));
      details.append(another);
    }
    card.append(details);
    listed.set(card, person);
    return card;
  }

  /** @param {HTMLLIElement} card @param {Person} person @param {Portrait} portrait @param {string} alt @param {PortraitForm} tools */
  function remover(card, person, portrait, alt, tools) {
    const button = build("button", { type: "button", className: "quiet", textContent: curators.remove });
    button.ariaLabel = curators.remove_which(alt);
    /** @type {Deletion} */
    const deletion = {
      title: curators.removal_title,
      words: curators.removal(person.name),
      work: () => tools.remove(pack, portrait.portrait_id),
      excuse: tools.excuse,
      done: () => drop(card, { ...person, portraits: person.portraits.filter((other) => other !== portrait) }, tools),
    };
    button.addEventListener("click", () => tell(root, "deletion-wanted", deletion));
    return button;
  }

  /** @param {HTMLLIElement} card @param {Person} person as they are left @param {PortraitForm} tools */
  function drop(card, person, tools) {
    const [first] = person.portraits;
    const left = first ? entry({ ...person, ...pictureOf(first) }, tools) : null;
    listed.delete(card);
    const next = left ?? card.nextElementSibling ?? card.previousElementSibling;
    if (left) {
      find(left, "details", HTMLDetailsElement).open = true;
      card.replaceWith(left);
    } else {
      card.remove();
    }
    portraits--;
    packs.count(pack, Math.max(0, (packs.find(pack)?.portraits ?? 0) - 1));
    settle();
    if (next) find(next, "summary", HTMLElement).focus();
    else add.focus();
    announce(curators.removed, { visible: true });
  }

  const titleOfPack = () => packs.find(pack)?.title ?? pack;

  further.addEventListener("click", () => void load());
  search.addEventListener("input", seek);
  add.addEventListener("click", () => form.now?.open(pack, titleOfPack(), null));
  play.addEventListener("click", () => {
    if (pack !== packs.chosen) tell(root, "pack-wanted", pack);
    tell(root, "photo-wanted");
  });

  return {
    /** Shows the chosen pack. */
    async open() {
      const thisVisit = ++visit;
      if (!packs.all.length) await packs.fetch().catch(() => {});
      if (thisVisit !== visit) return;
      pack = packs.chosen;
      chooser.show();
      await begin();
    },
  };
}

/** @param {Portrait} portrait */
const pictureOf = ({ image_url, images, face }) => ({ image_url, images, face });

// @ts-check
import { longDate } from "./dates.js";
import { build, find, showImage, tell } from "./element.js";
import { initialsOf } from "./premiere-stage.js";
import { resemblanceHeadline, resemblanceMeaning, resemblanceWords } from "./resemblance.js";

/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {import("./poster.js").Billing} Billing */

/**
 * The result, apart from the two pictures on the stage. Tells "share-wanted", "start-over" and "delete-wanted".
 * @param {HTMLElement} root
 */
export function matchCard(root) {
  /** @type {Billing | null} */
  let billing = null;
  find(root, ".share", HTMLButtonElement).addEventListener("click", () => tell(root, "share-wanted", billing));
  find(root, ".retake", HTMLButtonElement).addEventListener("click", () => tell(root, "start-over"));
  find(root, ".delete", HTMLButtonElement).addEventListener("click", () => tell(root, "delete-wanted"));

  return {
    /**
     * @param {Match} match
     * @param {Celebrity} best
     * @param {string | null} selfieUrl
     * @param {boolean} fresh whether it was made just now
     */
    show(match, best, selfieUrl, fresh) {
      billing = { celebrity: best, selfieUrl };
      const when = find(root, "time", HTMLTimeElement);
      when.hidden = fresh;
      when.dateTime = match.created_at;
      when.textContent = longDate(match.created_at);
      const others = match.celebrities.slice(1, 5);
      find(root, ".name", HTMLElement).textContent = best.name;
      find(root, ".number b", HTMLElement).textContent = String(Math.round(best.resemblance));
      find(root, ".bulbs", HTMLElement).style.setProperty("--lit", `${best.resemblance}%`);
      find(root, ".words", HTMLElement).textContent = resemblanceHeadline(best.resemblance);
      find(root, ".meaning", HTMLElement).textContent = resemblanceMeaning(best.resemblance, best.name);
      find(root, ".method", HTMLElement).hidden = match.method !== "landmarks";
      find(root, ".selfie-gone", HTMLElement).hidden = selfieUrl !== null;
      find(root, ".bill", HTMLElement).hidden = others.length === 0;
      find(root, ".bill ol", HTMLOListElement).replaceChildren(...others.map(runnerUp));
      find(root, ".credits", HTMLDetailsElement).open = false;
      find(root, ".credits ul", HTMLUListElement).replaceChildren(...[best, ...others].map(credit));
    },
  };
}

/** @param {Celebrity} celebrity */
function runnerUp({ name, resemblance, image_url }) {
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
    build("b", { textContent: String(Math.round(resemblance)) }),
  );
}

/** @param {Celebrity} celebrity */
function credit({ name, attribution }) {
  const { author, license, license_url, source_url } = attribution ?? {};
  /** @type {(Node | string)[]} */
  const children = [`${name}: ${author || "author not stated"}`];
  if (license) children.push(", ", link(license, license_url));
  if (source_url) children.push(", ", link("source", source_url));
  return build("li", {}, ...children);
}

/**
 * A link where the address is one that a browser may safely follow, else the bare words.
 * @param {string} text
 * @param {string | null | undefined} address
 * @returns {Node | string}
 */
function link(text, address) {
  const url = address && URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return text;
  return build("a", { href: url.href, textContent: text, target: "_blank", rel: "noopener noreferrer" });
}

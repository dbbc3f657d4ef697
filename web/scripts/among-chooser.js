/** The choice among whom a face is compared. */
import { build } from "./element.js";
import { words } from "./words.js";

/** @typedef {import("./api.js").Group} Group */
/** @typedef {import("./packs.js").Packs} Packs */

/**
 * The groups of the chosen pack, where there are several, as one choice for the next photo.
 * @param {HTMLElement} root
 * @param {Packs} packs
 * @param {string} name of the choice on this page
 */
export function amongChooser(root, packs, name) {
  /** @type {Map<Group, HTMLInputElement>} */
  let radios = new Map();
  let wanted = true;

  function show() {
    const { groups, among } = packs;
    root.hidden = !wanted || groups.length < 2;
    // Buttons that stay the same are kept, so that a visitor who is about to press one does not lose it.
    if ([...radios.keys()].join() !== groups.join()) {
      radios = new Map(groups.map((group) => [group, radioOf(group)]));
      const labels = [...radios].map(([group, radio]) =>
        build("label", {}, radio, build("span", { textContent: words.groups[group] }))
      );
      root.replaceChildren(choice(words.groups.legend, labels));
    }
    for (const [group, radio] of radios) radio.checked = group === among;
  }

  /** @param {Group} group */
  function radioOf(group) {
    const radio = build("input", { type: "radio", name, value: group });
    radio.addEventListener("change", () => packs.chooseAmong(group));
    return radio;
  }

  packs.addEventListener("changed", show);
  show();
  return {
    /** @param {boolean} offered whether there is anything to choose for this photo */
    offer(offered) {
      wanted = offered;
      show();
    },
  };
}

/**
 * Offers to compare the photo of a result among others. These are buttons, because each begins a match.
 * @param {HTMLElement} root
 * @param {{legend: string, groups: Group[], among: Group, choose: (group: Group) => void}} result
 */
export function showAmong(root, { legend, groups, among, choose }) {
  root.hidden = groups.length < 2;
  const buttons = groups.map((group) => {
    const button = build("button", { type: "button", textContent: words.groups[group], ariaPressed: String(group === among) });
    button.addEventListener("click", () => group === among || choose(group));
    return button;
  });
  root.replaceChildren(choice(legend, buttons));
}

/** @param {string} legend @param {HTMLElement[]} options */
function choice(legend, options) {
  return build("fieldset", {}, build("legend", { textContent: legend }), build("div", { className: "options" }, ...options));
}

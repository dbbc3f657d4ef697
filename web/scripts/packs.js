/** The packs of the deployment, and the one that the visitor has chosen. */

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Group} Group */
/** @typedef {import("./api.js").Pack} Pack */
/** @typedef {import("./memory.js").Memory} Memory */

const DEFAULT_PACK = "celebrities";
/** Below so many portraits a number says little, and `one_in` is not measured. */
const FEW = 30;

/** The packs that there are, and the one that this browser plays with. Tells "changed". */
export class Packs extends EventTarget {
  #api;
  #memory;
  /** @type {Pack[]} none until they have been fetched */
  all = [];

  /** @param {Api} api @param {Memory} memory */
  constructor(api, memory) {
    super();
    this.#api = api;
    this.#memory = memory;
  }

  /** @returns {Pack[]} the packs that are not empty */
  get playable() {
    return this.all.filter(({ portraits }) => portraits > 0);
  }

  /** @returns {string} what was chosen, where it can still be played */
  get chosen() {
    const wanted = this.#memory.recall("pack") ?? DEFAULT_PACK;
    if (!this.all.length) return wanted;
    const [first] = this.playable;
    return (this.playable.find(({ pack }) => pack === wanted) ?? first)?.pack ?? DEFAULT_PACK;
  }

  /** @returns {Group[]} among whom the chosen pack can be played, everyone first */
  get groups() {
    return this.find(this.chosen)?.among ?? ["everyone"];
  }

  /** @returns {Group} among whom it is played: what was chosen, where the pack has that */
  get among() {
    const wanted = /** @type {Group} */ (this.#memory.recall("among") ?? "everyone");
    return !this.all.length || this.groups.includes(wanted) ? wanted : "everyone";
  }

  /** @param {string} pack @returns {Pack | undefined} */
  find(pack) {
    return this.all.find((one) => one.pack === pack);
  }

  /** @param {string} pack @returns {number} how many portraits it has, if they are few; otherwise 0 */
  few(pack) {
    const portraits = this.find(pack)?.portraits ?? 0;
    return portraits < FEW ? portraits : 0;
  }

  /** @param {string} pack */
  choose(pack) {
    this.#memory.remember("pack", pack);
    this.#tell();
  }

  /** @param {Group} group */
  chooseAmong(group) {
    this.#memory.remember("among", group);
    this.#tell();
  }

  /**
   * Notes how many portraits the page has seen in a pack: the API counts them only after the pack's last change.
   * @param {string} pack
   * @param {number} portraits
   */
  count(pack, portraits) {
    const known = this.find(pack);
    if (!known || known.portraits === portraits) return;
    known.portraits = portraits;
    this.#tell();
  }

  /** Forgets the choice, because the chosen pack does not exist any more, and fetches the packs again. */
  async reset() {
    this.#memory.forget("pack");
    this.all = [];
    await this.fetch();
  }

  async fetch() {
    this.all = await this.#api.listPacks();
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("changed"));
  }
}

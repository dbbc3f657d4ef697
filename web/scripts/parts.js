/**
 * The parts of the page that are loaded, script and style, when they are first needed: a first visit carries none.
 */
import { find } from "./element.js";
import { words } from "./words.js";

/** @typedef {import("./account.js").Account} Account */
/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./cognito.js").Cognito} Cognito */
/** @typedef {import("./packs.js").Packs} Packs */
/** @typedef {import("./match-session.js").MatchSession} MatchSession */
/** @typedef {ReturnType<typeof lazyParts>} Parts */

/** @type {Map<string, Promise<void>>} styles by name, because parts share some and each is loaded once */
const styles = new Map();

/**
 * A component that is loaded when it is first needed.
 * @template T
 */
export class Part {
  #styles;
  #start;
  /** @type {Promise<T> | null} */
  #loading = null;
  /** @type {T | null} the component, once it has been loaded */
  now = null;

  /**
   * @param {string[]} styles their names
   * @param {() => Promise<T>} start imports the script and makes the component
   */
  constructor(styles, start) {
    this.#styles = styles;
    this.#start = start;
  }

  /** @returns {Promise<T>} rejects if the part cannot be loaded; another call tries again */
  load() {
    this.#loading ??= this.#load().catch((error) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  /** Loads the part before it is needed. A failure is ignored here: the load that needs the part will report it. */
  preload() {
    void this.load().catch(() => {});
  }

  async #load() {
    await Promise.all(this.#styles.map(needStyle));
    return (this.now = await this.#start());
  }
}

/**
 * All parts, with the styles that each needs.
 * @param {{account: Account, api: Api, cognito: () => Promise<Cognito>, packs: Packs, session: Part<MatchSession>}} services
 */
export function lazyParts({ account, api, cognito, packs, session }) {
  /** @param {string} name */
  const root = (name) => find(document, `main .${name}`, HTMLElement);
  /** @param {string} name */
  const dialog = (name) => find(document, `.${name}`, HTMLDialogElement);

  const compare = new Part(
    ["compare-slider", "face-features"],
    async () => (await import("./compare-slider.js")).compareSlider(root("compare-slider")),
  );

  return {
    camera: new Part(
      ["camera-booth"],
      async () => (await import("./camera-booth.js")).cameraBooth(root("camera-booth")),
    ),
    photo: new Part([], () => import("./photo.js")),
    sample: new Part([], () => import("./sample-face.js")),
    preview: new Part(
      ["photo-preview", "pack-chooser"],
      async () => (await import("./photo-preview.js")).photoPreview(root("photo-preview"), packs),
    ),
    compare,
    double: new Part(
      ["framed-picture"],
      async () => (await import("./double.js")).double(root("premiere-stage"), compare),
    ),
    another: new Part(
      ["another-photo"],
      async () => (await import("./another-photo.js")).anotherPhoto(root("another-photo")),
    ),
    card: new Part(
      ["match-card", "framed-picture", "pack-chooser"],
      async () => (await import("./match-card.js")).matchCard(root("match-card"), packs),
    ),
    faces: new Part(
      ["face-picker"],
      async () => (await import("./face-picker.js")).facePicker(root("face-picker")),
    ),
    deletion: new Part(
      ["delete-dialog"],
      async () => (await import("./delete-dialog.js")).deleteDialog(dialog("delete-dialog")),
    ),
    poster: new Part(
      ["share-dialog"],
      async () => (await import("./share-dialog.js")).shareDialog(dialog("share-dialog")),
    ),
    packs: new Part(
      ["pack-chooser"],
      async () =>
        (await import("./pack-chooser.js")).packChooser(root("welcome-screen .pack-chooser"), packs, {
          legend: words.packs_legend,
          chosen: () => packs.chosen,
          choose: (pack) => packs.choose(pack),
          empty: false,
        }),
    ),
    among: new Part(
      ["pack-chooser"],
      async () => (await import("./among-chooser.js")).amongChooser(root("welcome-screen .among-chooser"), packs, "among"),
    ),
    account: new Part(
      ["account-form", "form-fields"],
      async () => (await import("./account-form.js")).accountForm(root("account-form"), account, await cognito()),
    ),
    data: new Part(
      ["my-data"],
      async () => (await import("./my-data.js")).myData(root("my-data"), account, api),
    ),
    matches: new Part(
      ["match-history", "framed-picture"],
      async () => {
        const [{ matchHistory }, kept] = await Promise.all([import("./match-history.js"), session.load()]);
        return matchHistory(root("match-history"), api, () => (account.email === null ? kept.results : null));
      },
    ),
    privacy: new Part(
      ["privacy-notes"],
      async () => (await import("./privacy-notes.js")).privacyNotes(root("privacy-notes"), await api.config()),
    ),
    lineUp: new Part(
      ["line-up", "framed-picture", "pack-chooser"],
      async () => (await import("./line-up.js")).lineUp(root("line-up"), api, packs, account),
    ),
  };
}

/** @param {string} name @returns {Promise<void>} */
function needStyle(name) {
  const loading = styles.get(name) ?? loadStyle(`styles/${name}.css`);
  styles.set(name, loading);
  loading.catch(() => styles.delete(name));
  return loading;
}

/** @param {string} href @returns {Promise<void>} */
function loadStyle(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new TypeError(`${href} cannot be loaded`));
    };
    document.head.append(link);
  });
}

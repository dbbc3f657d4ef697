// @ts-check

/**
 * A component that is loaded, script and style, when it is first needed: a first visit carries none of them.
 * @template T
 */
export class Part {
  #style;
  #start;
  /** @type {Promise<T> | null} */
  #begun = null;
  /** @type {T | null} what is there already */
  now = null;

  /**
   * @param {string} name of the style
   * @param {() => Promise<T>} start imports the script and makes the component
   */
  constructor(name, start) {
    this.#style = `styles/${name}.css`;
    this.#start = start;
  }

  /** @returns {Promise<T>} throws where it cannot be loaded; another call tries again */
  load() {
    this.#begun ??= this.#load().catch((error) => {
      this.#begun = null;
      throw error;
    });
    return this.#begun;
  }

  async #load() {
    await loadStyle(this.#style);
    return (this.now = await this.#start());
  }
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

// @ts-check

/** @type {Map<string, Promise<void>>} the styles that parts have in common are loaded once */
const styles = new Map();

/**
 * A component that is loaded, script and style, when it is first needed: a first visit carries none of them.
 * @template T
 */
export class Part {
  #styles;
  #start;
  /** @type {Promise<T> | null} */
  #begun = null;
  /** @type {T | null} what is there already */
  now = null;

  /**
   * @param {string} names of its styles, apart by spaces
   * @param {() => Promise<T>} start imports the script and makes the component
   */
  constructor(names, start) {
    this.#styles = names.split(" ");
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
    await Promise.all(this.#styles.map(needStyle));
    return (this.now = await this.#start());
  }
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

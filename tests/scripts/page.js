import { mock } from "node:test";

const STEP_MS = 10;
const LONGEST_MS = 3_600_000;

/** A localStorage that can refuse to store anything, as in a private window. */
class FakeStorage {
  refuses = false;
  /** @type {Map<string, string>} */
  #texts = new Map();

  /** @param {string} name */
  getItem(name) {
    return this.#opened().get(name) ?? null;
  }

  /** @param {string} name @param {string} text */
  setItem(name, text) {
    this.#opened().set(name, text);
  }

  /** @param {string} name */
  removeItem(name) {
    this.#opened().delete(name);
  }

  clear() {
    this.#opened().clear();
  }

  #opened() {
    if (this.refuses) throw new DOMException("No.", "SecurityError");
    return this.#texts;
  }
}

/** The locks that tabs hold. */
class FakeLocks {
  /** @type {Set<string>} */
  #held = new Set();

  /**
   * @param {string} name
   * @param {LockOptions} how
   * @param {(lock: {name: string} | null) => Promise<unknown> | null} work
   */
  async request(name, { ifAvailable }, work) {
    if (this.#held.has(name)) {
      if (ifAvailable) await work(null);
      return;
    }
    this.#held.add(name);
    await work({ name });
    this.#held.delete(name);
  }

  /** @param {string} name of a lock whose tab is closed */
  release(name) {
    this.#held.delete(name);
  }
}

/** The browser around the scripts, as far as they see it: a window of its own, where only tests let time pass. */
export class Page {
  onLine = true;
  storage = new FakeStorage();
  tabStorage = new FakeStorage();
  locks = new FakeLocks();
  document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  #window = new EventTarget();

  constructor() {
    const { document, storage, tabStorage } = this;
    const listening = Object.fromEntries(
      /** @type {const} */ (["addEventListener", "removeEventListener"]).map((
        name,
      ) => [name, this.#window[name].bind(this.#window)]),
    );
    for (const [name, value] of Object.entries({ document, localStorage: storage, sessionStorage: tabStorage, ...listening })) {
      Object.defineProperty(globalThis, name, { configurable: true, value });
    }
    Object.defineProperty(navigator, "onLine", { configurable: true, get: () => this.onLine });
    Object.defineProperty(navigator, "locks", { configurable: true, value: this.locks });
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 10, 22) });
    mock.method(performance, "now", () => Date.now());
    mock.method(Math, "random", () => 0.5);
  }

  /** @param {string} type */
  hear(type) {
    this.#window.dispatchEvent(new Event(type));
  }

  goOnline() {
    this.onLine = true;
    this.hear("online");
  }

  /**
   * Lets time pass in which nothing is waited for.
   * @param {number} ms
   */
  leap(ms) {
    mock.timers.tick(ms);
  }

  /**
   * Lets time pass, and everything happen that happens in it.
   * @param {number} ms
   */
  async pass(ms) {
    await settle();
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      mock.timers.tick(Math.min(STEP_MS, ms - passed));
      await settle();
    }
  }

  /**
   * Lets as much time pass as something takes.
   * @template T
   * @param {Promise<T>} promise
   * @returns {Promise<T>}
   */
  async until(promise) {
    let over = false;
    const end = () => (over = true);
    promise.then(end, end);
    for (let passed = 0; passed < LONGEST_MS; passed += STEP_MS) {
      await settle();
      if (over) return promise;
      mock.timers.tick(STEP_MS);
    }
    throw new Error("This takes for ever.");
  }
}

/** Lets everything happen that takes no time. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Gives time, chance and everything else that a test has replaced back. */
export function closePage() {
  mock.timers.reset();
  mock.restoreAll();
}

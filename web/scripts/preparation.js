/** What is loaded or read before a screen can be shown. */

/** Prepares one step at a time: the next one drops the step that is being prepared. */
export class Preparation {
  #controller = new AbortController();

  /**
   * Prepares a step and then shows it. If another step begins first, this one is dropped.
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} prepare
   * @param {(ready: T) => unknown} show
   * @param {(error: unknown) => void} fail
   * @param {(late: T) => void} [drop] releases what was prepared too late
   */
  async run(prepare, show, fail, drop = () => {}) {
    const signal = this.supersede();
    await prepare(signal).then(
      (ready) => (signal.aborted ? drop(ready) : show(ready)),
      (error) => signal.aborted || fail(error),
    );
  }

  /** Drops the step that is being prepared. */
  supersede() {
    this.#controller.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}

import { reasonOf } from './errors.js';
import type { Logger } from './message.js';

/** Runs a piece of work when it is woken and every `everyMs`. Runs follow one another, and at once while there is more to do. */
export class Poll {
  #stopped = false;
  #woken = true;
  #wakeUp: () => void = () => {};
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    /** True: there may be more, run again at once. A number: run again after so many milliseconds. */
    private readonly work: () => Promise<boolean | number>,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.#running = this.#loop();
  }

  wake(): void {
    this.#woken = true;
    this.#wakeUp();
  }

  /** Resolves when the run in hand has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wakeUp();
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false;
      const pauseMs = await this.#runOnce();
      if (pauseMs > 0 && !this.#woken && !this.#stopped) await this.#pause(pauseMs);
    }
  }

  async #runOnce(): Promise<number> {
    try {
      const more = await this.work();
      if (typeof more === 'number') return more;
      return more ? 0 : this.everyMs;
    } catch (error) {
      if (!this.#stopped)
        this.log.warn({ reason: reasonOf(error) }, `${this.name}: could not run, trying again in ${this.everyMs} ms`);
      this.#woken = false;
      return this.everyMs;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      this.#wakeUp = done;
      function done() {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}

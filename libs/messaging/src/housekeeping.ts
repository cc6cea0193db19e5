import type { Logger } from './message.js';
import { Poll } from './poll.js';

/** Work that keeps a database tidy. Every replica does it, at its start and then at intervals. */
export class Housekeeping {
  readonly #polls: Poll[] = [];

  constructor(private readonly log: Logger) {}

  /**
   * Adds a piece of work, before `start`. Work that fails is tried again after `everyMs`. When it returns a number, there is more
   * to do, and it runs again after so many milliseconds. A little at a time holds no lock for long, and keeps up with whatever
   * comes in. Other replicas may run the same work at the same time.
   */
  every(everyMs: number, name: string, work: () => Promise<number | void>): void {
    this.#polls.push(new Poll(name, everyMs, async () => (await work()) ?? false, this.log));
  }

  start(): void {
    for (const poll of this.#polls) poll.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#polls.map((poll) => poll.stop()));
  }
}

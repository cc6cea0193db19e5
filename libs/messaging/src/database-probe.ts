import type { DataSource } from 'typeorm';
import { reasonOf } from './errors.js';
import type { Logger } from './message.js';
import type { Tuning } from './tuning.js';

/** Asks the database itself whether it is there. A failed insert does not tell: it can have other reasons, and a pool can be busy. */
export class DatabaseProbe {
  #stopped = false;

  constructor(
    private readonly database: DataSource,
    private readonly tuning: Pick<Tuning, 'reconnectMs'>,
    private readonly log: Logger,
  ) {}

  isAway = async (): Promise<boolean> => {
    try {
      await this.database.query('SELECT 1');
      return false;
    } catch (error) {
      this.log.warn({ reason: reasonOf(error) }, 'the database is away');
      return true;
    }
  };

  /** Resolves when the database answers again. False: the service stops, and the database is still away. */
  isBack = async (): Promise<boolean> => {
    do {
      await new Promise((resolve) => setTimeout(resolve, this.tuning.reconnectMs));
      if (!(await this.isAway())) return true;
    } while (!this.#stopped);
    return false;
  };

  /** Nobody waits for the database any more. */
  stop(): void {
    this.#stopped = true;
  }
}

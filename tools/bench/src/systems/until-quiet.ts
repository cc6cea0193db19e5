import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

const QUIET_WITHIN_MS = 60_000;

/** Looks in each database for what is on its way. What has been given up once is not waited for again. */
export class Quiet {
  #stuck = 0;
  readonly #questions: readonly { readonly database: pg.Client; readonly count: string }[];

  constructor(questions: readonly { readonly database: pg.Client; readonly count: string }[]) {
    this.#questions = questions;
  }

  /** Resolves when nothing is on its way any more, with how much was given up meanwhile. */
  async reached(): Promise<number> {
    const until = performance.now() + QUIET_WITHIN_MS;
    for (;;) {
      const left = (await this.#onTheirWay()) - this.#stuck;
      if (left <= 0) return 0;
      if (performance.now() > until) {
        this.#stuck += left;
        return left;
      }
      await delay(250);
    }
  }

  async #onTheirWay(): Promise<number> {
    const counts = this.#questions.map(async ({ database, count }) =>
      Number((await database.query<{ n: string }>(count)).rows[0]!.n),
    );
    return (await Promise.all(counts)).reduce((sum, n) => sum + n, 0);
  }
}

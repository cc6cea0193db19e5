import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

/** How many orders one look asks for. Orders are confirmed about in the order of their acceptance, so the oldest come first. */
const AT_ONCE = 300;
const SHORTEST_PAUSE_MS = 4;
/** The watcher waits nine times as long as its look has taken: it never has the database for more than a tenth of the time. */
const PAUSES_PER_LOOK = 9;

const CONFIRMED = `SELECT id FROM orders WHERE id = ANY($1::uuid[]) AND status = 'confirmed'`;

/**
 * Sees orders become confirmed, in the order database: by primary key, over one connection, with one statement for all that wait. An
 * order is seen up to a pause too late, and latencies include that.
 */
export class Watcher {
  /** How many statements it has sent, for a count of the system's own. */
  looks = 0;
  readonly #waiting = new Map<string, (seenAt: number) => void>();
  readonly #ended = new AbortController();
  #skipped = 0;
  #wake: () => void = () => {};
  #running: Promise<void> | undefined;
  #failure: unknown;

  readonly #database: pg.Client;

  constructor(database: pg.Client) {
    this.#database = database;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  start(): void {
    this.#running = this.#watch().catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** Ends it. @throws what has ended it before. */
  async stop(): Promise<void> {
    this.#ended.abort();
    this.#wake();
    await this.#running;
    if (this.#failure) throw this.#failure;
  }

  /** Calls `seen` when the order is confirmed. */
  watch(id: string, seen: (at: number) => void): void {
    this.#waiting.set(id, seen);
    this.#wake();
  }

  async #watch(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      if (this.#waiting.size === 0) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const started = performance.now();
      await this.#look();
      const pause = Math.max(SHORTEST_PAUSE_MS, PAUSES_PER_LOOK * (performance.now() - started));
      await delay(pause, undefined, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    if (this.#skipped >= this.#waiting.size) this.#skipped = 0;
    const ids = [...this.#waiting.keys()].slice(this.#skipped, this.#skipped + AT_ONCE);
    this.looks += 1;
    const { rows } = await this.#database.query<{ id: string }>({ name: 'confirmed', text: CONFIRMED, values: [ids] });
    const now = performance.now();
    // Behind orders that stay, the next ones are looked at.
    this.#skipped = rows.length === 0 ? this.#skipped + ids.length : 0;
    for (const { id } of rows) {
      this.#waiting.get(id)?.(now);
      this.#waiting.delete(id);
    }
  }
}

import type { DataSource } from 'typeorm';
import { batched } from '../batched.js';
import { Gathering } from '../gathering.js';
import { dayOf } from '../ids.js';
import type { Transaction } from '../transaction.js';

/**
 * Writes the inbox rows of messages, and returns the ids that are new. It writes each id once, and sorted: `ON CONFLICT ..
 * RETURNING` gives both copies of an id that is twice in one statement, and two batches in opposite order would deadlock. When
 * another worker is handling a copy right now, this statement waits on the unique index until that worker has committed or
 * rolled back.
 */
export async function insertIntoInbox(tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
  const distinct = [...new Set(ids)].sort();
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO inbox (id, day) SELECT * FROM unnest($1::uuid[], $2::date[]) ON CONFLICT DO NOTHING RETURNING id`,
    [distinct, distinct.map(dayOf)],
  );
  return new Set(rows.map((row) => row.id));
}

const KEEP_AGAIN_MS = 1_000;
const MOST_TURNS = 20;

/**
 * Makes the partitions of the coming days and forgets what is older than `days`. `keep_inbox` gives way to deliveries and does
 * a bounded piece of work at a time, so this asks until it is through. The rest after the last turn waits for the next hour.
 */
export async function keepInbox(database: DataSource, days: number, isStopped: () => boolean): Promise<void> {
  for (let turn = 1; turn <= MOST_TURNS && !isStopped(); turn++) {
    const [kept] = await database.query<{ through: boolean }[]>(`SELECT keep_inbox($1) AS through`, [days]);
    if (kept!.through) return;
    await new Promise((resolve) => setTimeout(resolve, KEEP_AGAIN_MS));
  }
}

const READ_KNOWN = `SELECT id FROM inbox JOIN unnest($1::uuid[], $2::date[]) AS asked(id, day) USING (id, day)`;

/** Tells which messages were handled or parked before. Callers that ask while a question is under way share the next question. */
export class KnownMessages {
  readonly #asked: Gathering<{ readonly id: string; readonly answer: (known: Promise<boolean>) => void }>;

  constructor(database: DataSource) {
    this.#asked = new Gathering({
      atMost: Infinity,
      run: async (asked) => {
        const ids = asked.map(({ id }) => id);
        const known = database
          .query<{ id: string }[]>(READ_KNOWN, [ids, ids.map(dayOf)])
          .then((rows) => new Set(rows.map((row) => row.id)));
        for (const { id, answer } of asked) answer(known.then((known) => known.has(id)));
        await known.catch(() => undefined);
      },
    });
  }

  has(id: string): Promise<boolean> {
    return new Promise((answer) => this.#asked.add({ id, answer }));
  }
}

const END = batched<[id: string, day: string], { readonly id: string }>(
  `INSERT INTO inbox (id, day) SELECT * FROM unnest($1::uuid[], $2::date[]) ON CONFLICT DO NOTHING RETURNING id`,
  ({ id }) => id,
);

const UNPARK = batched<[id: string], { readonly id: string }>(
  `DELETE FROM parked WHERE message_id = ANY($1::uuid[]) RETURNING message_id AS id`,
  ({ id }) => id,
);

/**
 * Ends a message whose handler calls the outside world: writes its inbox row, or deletes its parked copy. A message that is
 * parked has its inbox row already. The delete is a separate statement: within the insert its snapshot would be older than the
 * wait for a worker that was parking a copy at that moment. It would leave that copy, which then ends once more.
 * @returns true when the message ends for the first time.
 */
export async function endMessage(tx: Transaction, id: string): Promise<boolean> {
  const ended = await tx.batched(END, id, dayOf(id));
  return ended.length > 0 || (await tx.batched(UNPARK, id)).length > 0;
}

import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '@waybill/contracts';
import type { RunningStack } from '@waybill/demo';
import { pidOf } from '@waybill/stack';
import { soon } from './in-flight.ts';

/** What a process is in the middle of. */
export type Holding = 'relaying' | 'consuming' | 'calling';

/** Something that is held right now, under a name that no other thing held ever has. */
interface Held {
  readonly what: string;
  /** The replica that holds it; null where the database cannot tell. */
  readonly name: string | null;
}

// Each replica names itself to PostgreSQL. The relay's claim is an advisory lock of its open transaction; a delivery is an open
// transaction that has written to the inbox.
const inTransaction = (lock: string) => `
  SELECT DISTINCT pid || ' ' || xact_start AS what, application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE granted AND datname = current_database() AND application_name LIKE current_database() || '-%' AND ${lock}`;
const RELAYING = inTransaction(`locktype = 'advisory'`);
const CONSUMING = inTransaction(`locktype = 'relation' AND relation = 'inbox'::regclass AND mode = 'RowExclusiveLock'`);
// A lease that lives is a call under way, at one of the replicas. Its attempt changes when another takes it over.
const CALLING = `
  SELECT order_id || ' ' || attempt AS what, NULL AS name FROM payments
  WHERE status IN ('charging', 'reversing') AND lease_expires_at > clock_timestamp()`;

const TAKEN_OVER = `
  SELECT order_id AS id FROM payments JOIN unnest($1::text[]) AS held ON order_id::text = split_part(held, ' ', 1)
  WHERE attempt > split_part(held, ' ', 2)::int`;

const QUESTIONS: Readonly<Record<Holding, string>> = { relaying: RELAYING, consuming: CONSUMING, calling: CALLING };

/**
 * What was held when a replica was suspended, and still is after this, is held by that replica. A statement that was on its way is
 * over within 100 ms. A claim does not say whose it is: the others' end with their look-up (1 s) and their call (5 s at most),
 * while the claim of the one that is suspended lasts 12 s.
 */
const STILL_HELD_AFTER_MS: Readonly<Record<Holding, number>> = { relaying: 100, consuming: 100, calling: 7_000 };
const HIT_WITHIN_MS = 60_000;

/** A replica that is suspended in the middle of something. */
interface Suspended {
  readonly name: string;
  readonly pid: number;
  /** What of that nobody has taken from it by now. */
  stillHeld(): Promise<readonly string[]>;
  /** The orders of the claims that another worker has taken over by now; none where it holds no claims. */
  takenOver(): Promise<readonly string[]>;
}

/**
 * Suspends a replica of a service while it is in the middle of something. That takes milliseconds, and may be over when the signal
 * arrives: such a replica goes on at once, and another try is made.
 */
export async function suspendHolder(
  stack: RunningStack,
  { instance, service, holding }: { instance: string; service: ServiceName; holding: Holding },
): Promise<Suspended> {
  const held = () => stack.database(service, (query) => query<Held>(QUESTIONS[holding]));
  const names = [`${service}-1`, `${service}-2`];
  const pids = new Map(await Promise.all(names.map(async (name) => [name, await pidOf(name, instance)] as const)));
  let tries = 0;

  const hit = async () => {
    const [first] = await held();
    if (!first) return undefined;
    const name = first.name ?? names[tries % names.length]!;
    const pid = pids.get(name)!;
    tries += 1;
    process.kill(pid, 'SIGSTOP');
    let its: string[] = [];
    try {
      const then = new Set((await held()).map(({ what }) => what));
      await delay(STILL_HELD_AFTER_MS[holding]);
      its = (await held()).filter((now) => then.has(now.what) && (now.name ?? name) === name).map(({ what }) => what);
    } finally {
      if (its.length === 0) process.kill(pid, 'SIGCONT');
    }
    return its.length > 0 ? { name, pid, its } : undefined;
  };
  const { name, pid, its } = await soon(`a ${service} that is ${holding}`, hit, HIT_WITHIN_MS);
  return {
    name,
    pid,
    stillHeld: async () => (await held()).map(({ what }) => what).filter((what) => its.includes(what)),
    takenOver: async () => {
      if (holding !== 'calling') return [];
      const orders = await stack.database(service, (query) => query<{ id: string }>(TAKEN_OVER, [its]));
      return orders.map(({ id }) => id);
    },
  };
}

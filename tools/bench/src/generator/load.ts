import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { type OrderLine, placeOrder, type SentAgain } from './place-order.ts';
import { isGrowing, schedule } from './schedule.ts';
import type { Watcher } from './watcher.ts';

/** Where orders are placed, and where they are seen to be confirmed. Several origins take turns. */
export interface Target {
  readonly origins: readonly string[];
  readonly watcher: Watcher;
  /** For whom the orders are placed. Unset: the system asks nobody. */
  readonly token?: (() => Promise<string>) | undefined;
  /** What each order holds. Unset: one line. */
  readonly lines?: readonly OrderLine[] | undefined;
}

export interface Times {
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** An order that is not confirmed so long after the last one was placed is lost. */
  readonly drainMs: number;
}

export interface Load {
  /** All of them, those of the warm-up too. */
  readonly orders: number;
  /** Not accepted, or not confirmed, when the time to drain was over. A run with one of these has no figure. */
  readonly lost: number;
  readonly confirmedPerSecond: number;
  /** Of the orders that were placed, or were due, in the measured time. */
  readonly latenciesMs: readonly number[];
  readonly sentAgain: SentAgain;
  /** Of an open loop only: ever more orders waited, and the latencies mean nothing. */
  readonly growing: boolean;
}

/** What each loop notes of its orders. */
class Notes {
  readonly customerId = `bench-${randomUUID()}`;
  readonly sentAgain: SentAgain = {};
  orders = 0;
  settled = 0;
  readonly confirmedAt: number[] = [];
  readonly latencies: { readonly from: number; readonly ms: number }[] = [];

  confirmed(from: number, at: number): void {
    this.settled += 1;
    this.confirmedAt.push(at);
    this.latencies.push({ from, ms: at - from });
  }

  /** Of the time from `from` to `to`. */
  load(from: number, to: number, growing = false): Load {
    const within = (at: number) => at >= from && at < to;
    return {
      orders: this.orders,
      lost: this.orders - this.settled,
      confirmedPerSecond: (this.confirmedAt.filter(within).length / (to - from)) * 1_000,
      latenciesMs: this.latencies.filter((latency) => within(latency.from)).map(({ ms }) => ms),
      sentAgain: this.sentAgain,
      growing,
    };
  }
}

/** So many clients, each with a connection of its own. Each places an order and waits for its confirmation before the next one. */
export async function closedLoop(
  { origins, watcher, lines, token }: Target,
  inFlight: number,
  times: Times,
  signal: AbortSignal,
): Promise<Load> {
  const notes = new Notes();
  const started = performance.now();
  const [from, to] = [started + times.warmUpMs, started + times.warmUpMs + times.measureMs];
  const giveUp = deadline(times.warmUpMs + times.measureMs + times.drainMs, signal);
  const clients = Array.from({ length: inFlight }, (_, client) => new Connection(origins[client % origins.length]!));
  const client = async (connection: Connection) => {
    while (performance.now() < to && !giveUp.signal.aborted) {
      notes.orders += 1;
      const sent = performance.now();
      const id = await placeOrder({
        connection,
        customerId: notes.customerId,
        sentAgain: notes.sentAgain,
        lines,
        token,
        giveUp: giveUp.signal,
      });
      if (id === undefined) return;
      const seen = await confirmation(watcher, id, giveUp.signal);
      if (seen === undefined) return;
      notes.confirmed(sent, seen);
    }
  };
  try {
    await Promise.all(clients.map(client));
  } finally {
    giveUp.end();
    for (const connection of clients) connection.close();
  }
  signal.throwIfAborted();
  return notes.load(from, to);
}

/** Undefined: it was given up. */
function confirmation(watcher: Watcher, id: string, giveUp: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve) => {
    const given = () => resolve(undefined);
    giveUp.addEventListener('abort', given, { once: true });
    watcher.watch(id, (at) => {
      giveUp.removeEventListener('abort', given);
      resolve(at);
    });
  });
}

const SAMPLE_MS = 100;

/** Orders come when they are due, whatever became of those before. A latency counts from when its order was due. */
export async function openLoop(
  { origins, watcher, token }: Target,
  perSecond: number,
  times: Times,
  signal: AbortSignal,
): Promise<Load> {
  const notes = new Notes();
  const idle: Connection[] = [];
  const opened: Connection[] = [];
  const giveUp = deadline(times.warmUpMs + times.measureMs + times.drainMs, signal);
  const started = performance.now();
  const [from, to] = [started + times.warmUpMs, started + times.warmUpMs + times.measureMs];
  const open = () => {
    const connection = new Connection(origins[opened.length % origins.length]!);
    opened.push(connection);
    return connection;
  };
  const place = async (due: number) => {
    const connection = idle.pop() ?? open();
    const id = await placeOrder({
      connection,
      customerId: notes.customerId,
      sentAgain: notes.sentAgain,
      token,
      giveUp: giveUp.signal,
    });
    idle.push(connection);
    if (id !== undefined) watcher.watch(id, (at) => notes.confirmed(due, at));
  };
  const unsettled: number[] = [];
  let nextSample = from;
  const posts: Promise<void>[] = [];
  try {
    for (const at of schedule(perSecond, to - started)) {
      const due = started + at;
      while (performance.now() < due) await delay(Math.min(SAMPLE_MS, Math.max(0, due - performance.now())));
      if (giveUp.signal.aborted) break;
      for (; nextSample <= performance.now(); nextSample += SAMPLE_MS) unsettled.push(notes.orders - notes.settled);
      notes.orders += 1;
      posts.push(place(due));
    }
    await Promise.all(posts);
    while (notes.settled < notes.orders && !giveUp.signal.aborted) await delay(10);
  } finally {
    giveUp.end();
    for (const connection of opened) connection.close();
  }
  signal.throwIfAborted();
  return notes.load(from, to, isGrowing(unsettled, perSecond));
}

/** Aborts after so long, or with the signal. */
function deadline(ms: number, outer: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, ms);
  outer.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      outer.removeEventListener('abort', abort);
    },
  };
}

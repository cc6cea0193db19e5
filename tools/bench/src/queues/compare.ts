import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Report } from '@waybill/kit';
import { percentile } from '../statistics.ts';
import { glimpse, type Place, type Way } from './glimpse.ts';
import type { Received, Start, Told } from './receiver.ts';
import { type Sender, senderOf } from './senders.ts';

const RECEIVER = fileURLToPath(new URL('receiver.ts', import.meta.url));

const AT_ONCE = 50_000;
const PACED_PER_SECOND = 200;
const LATENCY_FOR_MS = 10_000;
const KILLED_AFTER_MS = 4_000;
const AWAY_FOR_MS = 2_000;
const AFTER_ITS_RETURN_MS = 4_000;
/** When nothing has come for so long, nothing will: above Kafka's 6 s until it gives a dead receiver's partitions away. */
const QUIET_MS = 12_000;

/** One way's figures. */
export interface Compared {
  readonly way: Way;
  readonly told: number;
  readonly toldPerSecond: number;
  readonly receivedPerSecond: number;
  readonly lostAtOnce: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly killed: { readonly told: number; readonly lost: number; readonly twice: number };
}

interface Receiver {
  readonly listen: string;
  received(): Promise<Received>;
  note(file: string): Promise<unknown>;
  kill(): Promise<void>;
}

async function receiver(way: Way, place: Place, note?: string): Promise<Receiver> {
  const child: ChildProcess = fork(RECEIVER);
  const answer = async <Answer>(to: Start | Told): Promise<Answer> => {
    child.send(to);
    return ((await once(child, 'message')) as [Answer])[0];
  };
  const listen = await answer<string>({ way, place, ...(note !== undefined && { note }) });
  return {
    listen,
    received: () => answer<Received>('received?'),
    note: (file) => answer({ note: file }),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Sends at a pace while it is wanted. What it has not waited for it waits for at the end. */
async function paced(sender: Sender, wanted: () => boolean): Promise<number> {
  const begun = performance.now();
  const sent: Promise<void>[] = [];
  while (wanted()) {
    const due = Math.floor(((performance.now() - begun) / 1_000) * PACED_PER_SECOND);
    while (sent.length < due) sent.push(sender.send(glimpse(sent.length)));
    await delay(1);
  }
  await Promise.all(sent);
  return sent.length;
}

/** Asks until all are there, or nothing more comes. */
async function untilQuiet(to: Receiver, wanted: number): Promise<Received & { readonly lastAt: number }> {
  const agesMs: number[] = [];
  let [count, lastAt] = [0, performance.now()];
  for (;;) {
    const now = await to.received();
    agesMs.push(...now.agesMs);
    if (now.count > count) [count, lastAt] = [now.count, performance.now()];
    if (count >= wanted || performance.now() - lastAt > QUIET_MS) return { ...now, agesMs, lastAt };
    await delay(20);
  }
}

/** ZeroMQ tells nobody that two sockets have met: until then all that is sent is lost. Returns how many have come until all has. */
async function untilMet(sender: Sender, to: Receiver): Promise<number> {
  let count = 0;
  while (count === 0) {
    await sender.send(glimpse(0));
    await delay(50);
    ({ count } = await to.received());
  }
  for (;;) {
    await delay(500);
    const now = await to.received();
    if (now.count === count) return count;
    count = now.count;
  }
}

/** Measures one way, with its own queue or topic, which is removed afterwards. */
export async function compare(way: Way, around: Place, folder: string, report: Report): Promise<Compared> {
  const file = join(folder, `compare-queues-${way}.txt`);
  // RabbitMQ and Kafka make the queue before anybody reads it. ZeroMQ's sender has to know where the receiver listens.
  let first = way === 'ZeroMQ' ? await receiver(way, around) : undefined;
  const place = { ...around, ...(first && { listen: first.listen }) };
  const sender = await senderOf[way](place);
  first ??= await receiver(way, place);
  try {
    const met = await untilMet(sender, first);

    report(`${way}: ${AT_ONCE} at once`);
    const begunAt = performance.now();
    await sender.sendAll(AT_ONCE, glimpse);
    const toldMs = performance.now() - begunAt;
    const burst = await untilQuiet(first, met + AT_ONCE);
    const received = burst.count - met;

    report(`${way}: ${PACED_PER_SECOND} a second`);
    const latencyUntil = performance.now() + LATENCY_FOR_MS;
    const pacedCount = await paced(sender, () => performance.now() < latencyUntil);
    const { agesMs } = await untilQuiet(first, burst.count + pacedCount);

    report(`${way}: a receiver is killed, and another one comes after ${AWAY_FOR_MS / 1_000} s`);
    writeFileSync(file, '');
    await first.note(file);
    let over = false;
    const sending = paced(sender, () => !over);
    await delay(KILLED_AFTER_MS);
    await first.kill();
    await delay(AWAY_FOR_MS);
    const second = await receiver(way, place, file);
    await delay(AFTER_ITS_RETURN_MS);
    over = true;
    const told = await sending;
    await untilQuiet(second, Infinity);
    await second.kill();
    const numbers = readFileSync(file, 'utf8').trim().split('\n');
    const unique = new Set(numbers).size;

    return {
      way,
      told: AT_ONCE,
      toldPerSecond: AT_ONCE / (toldMs / 1_000),
      receivedPerSecond: received / ((burst.lastAt - begunAt) / 1_000),
      lostAtOnce: AT_ONCE - received,
      p50Ms: percentile(agesMs, 0.5),
      p99Ms: percentile(agesMs, 0.99),
      killed: { told, lost: told - unique, twice: numbers.length - unique },
    };
  } finally {
    await sender.close();
    rmSync(file, { force: true });
  }
}

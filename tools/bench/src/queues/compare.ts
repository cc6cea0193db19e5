import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '@waybill/kit';
import { paced } from '../paced.ts';
import { percentile } from '../statistics.ts';
import { glimpse, type Way } from './glimpse.ts';
import { fileIn, type Ground } from './ground.ts';
import { meet, notesIn, receiver, untilQuiet } from './receivers.ts';
import type { Sender } from './senders.ts';

const AT_ONCE = 50_000;
const PACED_PER_SECOND = 200;
const LATENCY_FOR_MS = 10_000;
const KILLED_AFTER_MS = 4_000;
const AWAY_FOR_MS = 2_000;
const AFTER_ITS_RETURN_MS = 4_000;

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

/** Sends at a pace while it is wanted, and tells how many those were. */
async function sentAtPace(sender: Sender, wanted: () => boolean): Promise<number> {
  const sent = await paced(PACED_PER_SECOND, wanted, (number) => sender.send(glimpse(number)));
  return sent.length;
}

/** Measures one way, with its own queue or topic, which is removed afterwards. */
export async function compare(ground: Ground, report: Report): Promise<Compared> {
  const { way, around } = ground;
  const file = fileIn(ground, way);
  const { place, sender, readers, had } = await meet(way, around);
  const [first] = readers;
  const met = had[0]!;
  try {
    report(`${way}: ${AT_ONCE} at once`);
    const begunAt = performance.now();
    await sender.sendAll(AT_ONCE, glimpse);
    const toldMs = performance.now() - begunAt;
    const burst = await untilQuiet(first!, met + AT_ONCE);
    const received = burst.count - met;

    report(`${way}: ${PACED_PER_SECOND} a second`);
    const latencyUntil = performance.now() + LATENCY_FOR_MS;
    const pacedCount = await sentAtPace(sender, () => performance.now() < latencyUntil);
    const { agesMs } = await untilQuiet(first!, burst.count + pacedCount);

    report(`${way}: a receiver is killed, and another one comes after ${AWAY_FOR_MS / 1_000} s`);
    await first!.note(file);
    let over = false;
    const sending = sentAtPace(sender, () => !over);
    await delay(KILLED_AFTER_MS);
    await first!.kill();
    await delay(AWAY_FOR_MS);
    const second = await receiver(way, place, 0, file);
    await delay(AFTER_ITS_RETURN_MS);
    over = true;
    const told = await sending;
    await untilQuiet(second, Infinity);
    await second.kill();
    const numbers = notesIn(file).map(({ number }) => number);
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
    await first!.kill();
    await sender.close();
    rmSync(file, { force: true });
  }
}

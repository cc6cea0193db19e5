import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { glimpse, type Place, type Way } from './glimpse.ts';
import type { Count, Start, Told } from './receiver.ts';
import { type Sender, senderOf } from './senders.ts';

const RECEIVER = fileURLToPath(new URL('receiver.ts', import.meta.url));

/** When nothing has come for so long, nothing will: above Kafka's 6 s until it gives a dead receiver's partitions away. */
const QUIET_MS = 12_000;

/** One that receives, in its own process. */
export interface Receiver {
  readonly listen: string;
  received(): Promise<Count>;
  note(file: string): Promise<unknown>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  kill(): Promise<void>;
}

export async function receiver(way: Way, place: Place, reader = 0, note?: string): Promise<Receiver> {
  const child: ChildProcess = fork(RECEIVER);
  const answer = async <Answer>(to: Start | Told): Promise<Answer> => {
    child.send(to);
    return ((await once(child, 'message')) as [Answer])[0];
  };
  const listen = await answer<string>({ way, place, reader, ...(note !== undefined && { note }) });
  return {
    listen,
    received: () => answer<Count>('received?'),
    note: (file) => answer({ note: file }),
    signal: (signal) => void child.kill(signal),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** A sender and its readers, which have met. */
export interface Met {
  readonly place: Place;
  readonly sender: Sender;
  readonly readers: readonly Receiver[];
  /** How many each of them has already. */
  readonly had: readonly number[];
}

/** Opens one way for so many readers of all messages. */
export async function meet(way: Way, around: Place, readers = 1): Promise<Met> {
  const asked = { ...around, listen: Array.from({ length: readers }, () => around.listen[0]!) };
  const open = (place: Place) => Promise.all(asked.listen.map((_, reader) => receiver(way, place, reader)));
  // RabbitMQ and Kafka make the queue before anybody reads it. ZeroMQ's sender has to know where the readers listen.
  const first = way === 'ZeroMQ' ? await open(asked) : undefined;
  const place = first ? { ...asked, listen: first.map(({ listen }) => listen) } : asked;
  const sender = await senderOf[way](place);
  const all = first ?? (await open(place));
  return { place, sender, readers: all, had: await untilMet(sender, all) };
}

/** ZeroMQ tells nobody that two sockets have met: until then all that is sent is lost. Returns how many each has when all has come. */
async function untilMet(sender: Sender, readers: readonly Receiver[]): Promise<number[]> {
  const counts = async () => (await Promise.all(readers.map((one) => one.received()))).map(({ count }) => count);
  let now: number[];
  do {
    await sender.send(glimpse(0));
    await delay(50);
    now = await counts();
  } while (now.some((count) => count === 0));
  for (let before: number[]; ;) {
    before = now;
    await delay(500);
    now = await counts();
    if (now.join() === before.join()) return now;
  }
}

/** Asks until all are there, or nothing more comes. */
export async function untilQuiet(to: Receiver, wanted: number): Promise<Count & { readonly lastAt: number }> {
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

/** What was noted of each message: its number, and when it came. */
export interface Noted {
  readonly number: number;
  readonly atNs: bigint;
}

export const notesIn = (file: string): Noted[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '))
    .map(([number, at]) => ({ number: Number(number), atNs: BigInt(at!) }));

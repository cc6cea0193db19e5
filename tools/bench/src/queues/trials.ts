import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { memoryOf } from '@waybill/stack';
import { disorder } from './disorder.ts';
import { glimpse, type Place, type Way } from './glimpse.ts';
import { fileIn, type Ground } from './ground.ts';
import { meet, type Noted, notesIn, receiver, untilQuiet } from './receivers.ts';
import { type Sender, senderOf } from './senders.ts';

const SENDING = fileURLToPath(new URL('sending.ts', import.meta.url));

const MANY = 20_000;
const READERS = 3;
const PER_SECOND = 500;
const SENT_FOR_MS = 3_000;
const REPLAYED_WITHIN_MS = 6_000;
/** Below Kafka's 6 s, after which a reader is taken for dead. */
const SUSPENDED_FOR_MS = 3_000;
/** Until a group of Kafka has shared its partitions again. */
const SHARED_WITHIN_MS = 5_000;

const named = ({ around }: Ground, trial: string): Place => ({ ...around, name: `${around.name}-${trial}` });

/** Closes what may be gone already. */
const close = (sender: Sender) => sender.close().catch(() => undefined);

export interface Shared {
  readonly of: number;
  readonly ofAll: number;
  readonly ofAKey: number;
}

/** Two workers share one stream: in what order is it worked off? Undefined: the way cannot share. */
export async function shared(ground: Ground): Promise<Shared | undefined> {
  const { way } = ground;
  if (way === 'ZeroMQ') return undefined;
  const { place, sender, readers } = await meet(way, named(ground, 'shared'));
  const files = ['shared-1', 'shared-2'].map((name) => fileIn(ground, name));
  const [first] = readers;
  const second = await receiver(way, place, 0, files[1]);
  await first!.note(files[0]!);
  await delay(SHARED_WITHIN_MS);
  try {
    await sender.sendAll(MANY, glimpse);
    let notes: Noted[];
    do {
      await delay(500);
      notes = files.flatMap(notesIn);
    } while (new Set(notes.map(({ number }) => number)).size < MANY);
    return { of: MANY, ...disorder(notes) };
  } finally {
    await Promise.all([first!.kill(), second.kill()]);
    await close(sender);
    files.forEach((file) => rmSync(file));
  }
}

/** All has been read. How many does a reader get that comes afterwards? */
export async function replayed(ground: Ground): Promise<number> {
  const { way } = ground;
  const { place, sender, readers, had } = await meet(way, named(ground, 'replayed'));
  try {
    for (let n = 0; n < MANY; n += 1_000) {
      await sender.sendAll(1_000, glimpse);
      await delay(10);
    }
    await untilQuiet(readers[0]!, had[0]! + MANY);
    await readers[0]!.kill();
    // Kafka's as another group, which nobody has to know beforehand.
    const late = await receiver(way, place, way === 'Kafka' ? 1 : 0);
    await delay(REPLAYED_WITHIN_MS);
    const { count } = await late.received();
    await late.kill();
    return Math.min(count, MANY);
  } finally {
    await close(sender);
  }
}

export interface SenderKilled {
  readonly confirmed: number;
  readonly lost: number;
  /** Sent and not confirmed at its death: how many of them came, and how many did not. */
  readonly openCame: number;
  readonly openLost: number;
}

export async function senderKilled(ground: Ground): Promise<SenderKilled> {
  const { way } = ground;
  const { place, sender, readers } = await meet(way, named(ground, 'sender'));
  const [sent, came] = [fileIn(ground, 'sent'), fileIn(ground, 'came')];
  const [reader] = readers;
  try {
    await reader!.note(came);
    const child = fork(SENDING);
    child.send({ way, place, perSecond: PER_SECOND, note: sent });
    while (notesIn(came).length === 0) await delay(20);
    await delay(SENT_FOR_MS);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await delay(2_000);
    const received = new Set(notesIn(came).map(({ number }) => number));
    // ZeroMQ loses what is sent before the sockets have met: that is another question.
    const first = Math.min(...received);
    const lines = readFileSync(sent, 'utf8').split('\n').filter(Boolean);
    const noted = (mark: string) =>
      new Set(lines.flatMap((line) => (line.startsWith(mark) ? [Number(line.slice(2))] : [])).filter((n) => n >= first));
    const confirmed = noted('c');
    const open = [...noted('s')].filter((n) => !confirmed.has(n));
    return {
      confirmed: confirmed.size,
      lost: [...confirmed].filter((n) => !received.has(n)).length,
      openCame: open.filter((n) => received.has(n)).length,
      openLost: open.filter((n) => !received.has(n)).length,
    };
  } finally {
    await reader!.kill();
    await close(sender);
    [sent, came].forEach((file) => rmSync(file));
  }
}

export interface BrokerKilled {
  readonly confirmed: number;
  readonly lost: number;
  readonly awayMs: number;
  /** Of the broker, before anything was sent, and with all of it waiting. */
  readonly memoryMb: number;
  readonly fullMb: number;
}

/** The broker is killed while all that it has confirmed waits there. */
export async function brokerKilled(
  ground: Ground,
  broker: { pid(): Promise<number>; kill(): Promise<unknown> },
): Promise<BrokerKilled> {
  const { way } = ground;
  const place = named(ground, 'broker');
  const file = fileIn(ground, 'broker');
  const pid = await broker.pid();
  const before = memoryOf(pid);
  const sender = await senderOf[way](place);
  await sender.sendAll(MANY, glimpse);
  const full = memoryOf(pid);
  await broker.kill();
  const killedAt = performance.now();
  const again = await untilSent(way, place, glimpse(MANY));
  const awayMs = performance.now() - killedAt;
  const reader = await receiver(way, place, 0, file);
  try {
    await untilQuiet(reader, MANY + 1);
    const came = new Set(notesIn(file).map(({ number }) => number));
    const lost = Array.from({ length: MANY + 1 }, (_, n) => n).filter((n) => !came.has(n)).length;
    return { confirmed: MANY + 1, lost, awayMs, memoryMb: before / 1024 ** 2, fullMb: full / 1024 ** 2 };
  } finally {
    await reader.kill();
    await Promise.all([close(sender), close(again)]);
    rmSync(file);
  }
}

/** A new sender after each that fails, until one has sent. */
async function untilSent(way: Way, place: Place, one: ReturnType<typeof glimpse>): Promise<Sender> {
  for (;;) {
    try {
      const sender = await senderOf[way](place);
      await sender.send(one);
      return sender;
    } catch {
      await delay(100);
    }
  }
}

export interface Slow {
  readonly of: number;
  readonly lost: number;
  readonly toldPerSecond: number;
}

/** The reader stands still while many are sent, and goes on afterwards. */
export async function slowReader(ground: Ground): Promise<Slow> {
  const { sender, readers, had } = await meet(ground.way, named(ground, 'slow'));
  const [reader] = readers;
  try {
    reader!.signal('SIGSTOP');
    const begun = performance.now();
    await sender.sendAll(MANY, glimpse);
    const toldMs = performance.now() - begun;
    await delay(Math.max(0, SUSPENDED_FOR_MS - toldMs));
    reader!.signal('SIGCONT');
    const { count } = await untilQuiet(reader!, had[0]! + MANY);
    return { of: MANY, lost: MANY - (count - had[0]!), toldPerSecond: MANY / (toldMs / 1_000) };
  } finally {
    await reader!.kill();
    await close(sender);
  }
}

export interface FanOut {
  readonly readers: number;
  readonly toldPerSecond: number;
  readonly eachPerSecond: number;
  readonly lost: number;
  readonly of: number;
}

/** Several readers, each of all messages. */
export async function fanOut(ground: Ground): Promise<FanOut> {
  const { sender, readers, had } = await meet(ground.way, named(ground, 'fan-out'), READERS);
  try {
    const begun = performance.now();
    await sender.sendAll(MANY, glimpse);
    const toldMs = performance.now() - begun;
    const ends = await Promise.all(readers.map((reader, index) => untilQuiet(reader, had[index]! + MANY)));
    const counts = ends.map(({ count }, index) => count - had[index]!);
    const lastMs = Math.max(...ends.map(({ lastAt }) => lastAt)) - begun;
    return {
      readers: READERS,
      toldPerSecond: MANY / (toldMs / 1_000),
      eachPerSecond: Math.min(...counts) / (lastMs / 1_000),
      lost: counts.reduce((sum, count) => sum + MANY - count, 0),
      of: MANY * READERS,
    };
  } finally {
    await Promise.all(readers.map((reader) => reader.kill()));
    await close(sender);
  }
}

import { randomBytes } from 'node:crypto';
import type * as zeromq from 'zeromq';
import { Crowd, WINDOW_MS } from './crowd.js';
import { type ActivityKind, type Happened, happenedIn, ITEMS_TOGETHER, LONGEST_TEXT } from './item.js';
import type { PublisherKeys } from './keys.js';

/** An item waits no longer for others while little happens. A page shows it as soon as its eye could tell. */
const TOGETHER_WITHIN_MS = 20;
/** So often a replica tells how far it has come: a loss at the end of a burst is seen by it, when nothing else follows. */
const BEAT_EVERY_MS = 1_000;
/** Batches that wait for a subscriber that reads slowly: 16 times 64 items, about 0.2 MB. */
export const BATCHES_WAITING = 16;

export interface PublisherOptions {
  /** Where the subscriber listens: `tcp://127.0.0.1:28181`. */
  readonly url: string;
  readonly keys: PublisherKeys;
  /** Who tells: order-1. */
  readonly replica: string;
  /** So many items of a kind, type and way go alone within 250 ms, of which the rest is counted. Default: 5. */
  readonly aloneInAWindow?: number;
}

export interface About {
  readonly orderId?: string;
  readonly messageId?: string;
  readonly type?: string;
  readonly way?: string;
}

/**
 * Tells its subscribers what happens here. Nothing may depend on it: it never blocks, never throws, and takes no more memory than
 * `BATCHES_WAITING`. What a subscriber does not take is lost, and so is all that happens while there is none.
 *
 * It connects, because the subscriber is one and has a name. So a replica needs no port for it, and either side may start, die
 * and come back in any order.
 */
export class ActivityPublisher {
  readonly #start = `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
  readonly #crowd: Crowd;
  #items: Happened[] = [];
  /** The number of the first of `#items`. */
  #first = 0;
  /** Whether so much happened in the last window that some of it was only counted. */
  #crowded = false;
  #window: NodeJS.Timeout | undefined;
  #zeromq: typeof zeromq | undefined;
  #socket: zeromq.Publisher | undefined;
  #soon: NodeJS.Timeout | undefined;
  #beat: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(private readonly options: PublisherOptions) {
    this.#crowd = new Crowd(options.aloneInAWindow);
  }

  /** The library is loaded here, 6 MB: a process that does not publish does without it. */
  async open(): Promise<void> {
    this.#zeromq = await import('zeromq');
    if (this.#closed) return;
    this.useKeys(this.options.keys);
    this.#beat = setInterval(() => this.#flush(), BEAT_EVERY_MS).unref();
  }

  /** Goes on over a connection with these keys. What happens until it is made is lost. */
  useKeys({ secretKey, publicKey, subscriberKey }: PublisherKeys): void {
    if (this.#closed || !this.#zeromq) return;
    this.#socket?.close();
    this.#socket = new this.#zeromq.Publisher({
      curveSecretKey: secretKey,
      curvePublicKey: publicKey,
      curveServerKey: subscriberKey,
      sendHighWaterMark: BATCHES_WAITING,
      sendTimeout: 0,
      // Nothing is kept for a subscriber that is away, nor when this process ends.
      immediate: true,
      linger: 0,
      reconnectInterval: 250,
      reconnectMaxInterval: 2_000,
      // A subscriber whose machine is gone says nothing more.
      heartbeatInterval: 5_000,
      heartbeatTimeout: 15_000,
    });
    this.#socket.connect(this.options.url);
  }

  publish(kind: ActivityKind, { orderId, messageId, type, way }: About = {}): void {
    this.#window ??= setTimeout(() => this.#endWindow(), WINDOW_MS).unref();
    const item: Happened = { kind, at: Date.now() };
    if (type !== undefined) item.type = cut(type);
    if (way !== undefined) item.way = cut(way);
    if (!this.#crowd.goesAlone(item)) return;
    if (orderId !== undefined) item.orderId = cut(orderId);
    if (messageId !== undefined) item.messageId = cut(messageId);
    this.#add(item);
    // Where there is a crowd, all of a window goes together: what costs is each batch, on both sides.
    if (!this.#crowded) this.#soon ??= setTimeout(() => this.#flush(), TOGETHER_WITHIN_MS).unref();
  }

  close(): void {
    if (this.#closed) return;
    this.#endWindow();
    this.#closed = true;
    clearInterval(this.#beat);
    this.#socket?.close();
    this.#socket = undefined;
  }

  #endWindow(): void {
    clearTimeout(this.#window);
    this.#window = undefined;
    const counted = this.#crowd.end();
    this.#crowded = counted.length > 0;
    for (const item of counted) this.#add(item);
    if (this.#items.length > 0) this.#flush();
  }

  #add(item: Happened): void {
    this.#items.push(item);
    if (this.#items.length >= ITEMS_TOGETHER) this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const [first, items] = [this.#first, this.#items];
    this.#first += happenedIn(items);
    this.#items = [];
    // A PUB socket takes a message or drops it, at once. What it refuses for another reason is lost like what it drops.
    this.#socket
      ?.send(JSON.stringify({ replica: this.options.replica, start: this.#start, first, items }))
      .catch(() => undefined);
  }
}

const cut = (text: string): string => (text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text);

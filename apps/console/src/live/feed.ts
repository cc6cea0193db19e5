import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ActivitySubscriber, type Heard, type SubscriberKeys, type Totals } from '@waybill/activity';
import { isDeepStrictEqual } from 'node:util';
import { countFeed } from '../metrics.js';
import type { Replica } from '../system/replicas.js';
import { itemOf } from './live-item.js';
import type { LiveStream } from './live-stream.js';

/** Somebody may have its port: the console does without the feed and tries again. */
const LISTEN_AGAIN_MS = 2_000;
/** So soon it goes on with keys that were made anew. */
const LOOK_FOR_KEYS_MS = 5_000;
/** A replica says every second how far it has come. So long after its last word the feed does not hear it. */
const SILENT_MS = 5_000;

export interface FeedState {
  /** Why the console does not listen. */
  readonly problem?: string;
  /** Items since the console was started. */
  readonly received: number;
  readonly lost: number;
  /** Of which replicas items were lost, and how many. */
  readonly lossy: readonly { readonly replica: string; readonly lost: number }[];
  /** Replicas that answer, and of which the feed hears nothing. */
  readonly silent: readonly string[];
}

/** Hears what the services tell of this moment, and hands it to the pages. What it could not hear it counts. */
export class Feed implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger('Feed');
  #subscriber: ActivitySubscriber | undefined;
  #keys: SubscriberKeys;
  #looking: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #problem: string | undefined;
  #openedAt = 0;
  #stopped = false;
  /** Where it listens, once it does. */
  #address: string | undefined;

  constructor(
    private readonly options: { readonly listen: string; readonly keys: () => SubscriberKeys },
    private readonly stream: LiveStream,
  ) {
    this.#keys = options.keys();
  }

  async onApplicationBootstrap(): Promise<void> {
    countFeed(() => ({ ...this.#totals, unreadable: this.#subscriber?.unreadable ?? 0 }));
    await this.#open();
    this.#looking = setInterval(() => this.#lookForKeys(), LOOK_FOR_KEYS_MS).unref();
  }

  onApplicationShutdown(): void {
    this.#stopped = true;
    clearInterval(this.#looking);
    clearTimeout(this.#again);
    this.#subscriber?.close();
  }

  get address(): string | undefined {
    return this.#address;
  }

  state(replicas: readonly Replica[], now = Date.now()): FeedState {
    const heard = this.#subscriber?.heard ?? [];
    return {
      ...(this.#problem !== undefined && { problem: this.#problem }),
      ...this.#totals,
      lossy: lossesByReplica(heard),
      silent: this.#problem === undefined ? silentOf(replicas, heard, this.#openedAt, now) : [],
    };
  }

  get #totals(): Totals {
    return this.#subscriber?.totals ?? { received: 0, lost: 0 };
  }

  /** Replicas find it again by themselves, when they have their own new keys. */
  #lookForKeys(): void {
    const now = this.options.keys();
    if (this.#problem !== undefined || isDeepStrictEqual(now, this.#keys)) return;
    this.#keys = now;
    this.#subscriber?.close();
    void this.#open();
  }

  async #open(): Promise<void> {
    const { listen } = this.options;
    const keys = this.#keys;
    const subscriber =
      this.#subscriber?.withKeys(keys) ??
      new ActivitySubscriber({ listen, keys, onItem: (item) => this.stream.item(itemOf(item)) });
    try {
      this.#address = await subscriber.open();
      if (this.#stopped) return subscriber.close();
      if (this.#problem !== undefined) this.#log.log('the live feed is heard again');
      this.#problem = undefined;
      this.#openedAt = Date.now();
      this.#subscriber = subscriber;
    } catch (error) {
      subscriber.close();
      const reason = (error as Error).message;
      if (this.#problem === undefined) this.#log.warn({ reason, listen }, 'the live feed is not heard');
      this.#problem = reason;
      if (!this.#stopped) this.#again = setTimeout(() => void this.#open(), LISTEN_AGAIN_MS);
    }
  }
}

function lossesByReplica(heard: readonly Heard[]): FeedState['lossy'] {
  const lost = new Map<string, number>();
  for (const each of heard) if (each.lost > 0) lost.set(each.replica, (lost.get(each.replica) ?? 0) + each.lost);
  return [...lost].map(([replica, count]) => ({ replica, lost: count }));
}

/** A replica that has just come, and a console that has just begun to listen, have their time to meet. */
export function silentOf(
  replicas: readonly Replica[],
  heard: readonly Pick<Heard, 'replica' | 'lastAt'>[],
  openedAt: number,
  now: number,
): string[] {
  const lastAt = new Map<string, number>();
  for (const each of heard) lastAt.set(each.replica, Math.max(each.lastAt, lastAt.get(each.replica) ?? 0));
  return replicas
    .filter(({ up, since, name }) => up && now - Math.max(openedAt, since, lastAt.get(name) ?? 0) > SILENT_MS)
    .map(({ name }) => name);
}

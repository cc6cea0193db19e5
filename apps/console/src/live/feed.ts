import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ActivitySubscriber, type Heard, type SubscriberKeys, type Totals } from '@waybill/activity';
import { countFeed } from '../metrics.js';
import type { Replica } from '../system/replicas.js';
import { itemOf } from './live-item.js';
import type { LiveStream } from './live-stream.js';

/** Somebody may have its port: the console does without the feed and tries again. */
const LISTEN_AGAIN_MS = 2_000;
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
  #again: NodeJS.Timeout | undefined;
  #problem: string | undefined;
  #openedAt = 0;
  #stopped = false;
  /** Where it listens, once it does. */
  #address: string | undefined;

  constructor(
    private readonly options: { readonly listen: string; readonly keys: SubscriberKeys },
    private readonly stream: LiveStream,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    countFeed(() => ({ ...this.#totals, unreadable: this.#subscriber?.unreadable ?? 0 }));
    await this.#open();
  }

  onApplicationShutdown(): void {
    this.#stopped = true;
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

  async #open(): Promise<void> {
    const { listen, keys } = this.options;
    const subscriber = new ActivitySubscriber({ listen, keys, onItem: (item) => this.stream.item(itemOf(item)) });
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
  return (
    replicas
      // Without Prometheus a container has no name but its address, and by that the feed does not know it.
      .filter(({ name }) => !name.includes('@'))
      .filter(({ up, since, name }) => up && now - Math.max(openedAt, since, lastAt.get(name) ?? 0) > SILENT_MS)
      .map(({ name }) => name)
  );
}

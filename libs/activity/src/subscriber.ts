import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reply, Subscriber } from 'zeromq';
import { answerTo } from './admit.js';
import { type ActivityItem, batch, type Batch, ITEMS_TOGETHER } from './item.js';
import type { SubscriberKeys } from './keys.js';
import { type Heard, Losses, type Totals } from './losses.js';
import { BATCHES_WAITING } from './publisher.js';

/** Above a batch that is full of the longest items. */
const MAX_BATCH_BYTES = ITEMS_TOGETHER * 1_024;
/** After so many batches others have their turn: while batches wait, reading one takes no turn of the event loop. */
const BATCHES_A_TURN = 8;

export interface SubscriberOptions {
  /** Where to listen: `tcp://127.0.0.1:28181`; `tcp://127.0.0.1:*` takes a free port. */
  readonly listen: string;
  readonly keys: SubscriberKeys;
  /** Takes each item. What comes while it is at work waits, within the bound, and is then lost. */
  readonly onItem: (item: ActivityItem) => void | Promise<void>;
}

/** Listens to every replica that has the publishers' key, and counts what it did not hear. */
export class ActivitySubscriber {
  #unreadable = 0;
  #socket: Subscriber | undefined;
  #admission: Reply | undefined;

  /** @param losses what another one has counted that listened here before, with other keys */
  constructor(
    private readonly options: SubscriberOptions,
    private readonly losses = new Losses(),
  ) {}

  /** One that listens in its place with other keys, once this one is closed, and counts on. */
  withKeys(keys: SubscriberKeys): ActivitySubscriber {
    return new ActivitySubscriber({ ...this.options, keys }, this.losses);
  }

  /** @returns the address on which it listens. @throws when that cannot be had. */
  async open(): Promise<string> {
    const { Context, Reply, Subscriber } = await import('zeromq');
    const { listen, keys } = this.options;
    // Whom a CURVE server admits is asked of a socket in its own context.
    const context = new Context();
    const admission = (this.#admission = new Reply({ context, linger: 0 }));
    await admission.bind('inproc://zeromq.zap.01');
    void this.#admit(admission);
    const socket = (this.#socket = new Subscriber({
      context,
      curveServer: true,
      curveSecretKey: keys.secretKey,
      curvePublicKey: keys.publicKey,
      zapDomain: 'feed',
      // For each replica.
      receiveHighWaterMark: BATCHES_WAITING,
      maxMessageSize: MAX_BATCH_BYTES,
      linger: 0,
      heartbeatInterval: 5_000,
      heartbeatTimeout: 15_000,
    }));
    socket.subscribe();
    await socket.bind(listen);
    void this.#read(socket);
    return socket.lastEndpoint!;
  }

  /** By replica and by its start. */
  get heard(): Heard[] {
    return this.losses.heard;
  }

  /** Of all replicas since the beginning, those included that are no more. */
  get totals(): Totals {
    return this.losses.totals;
  }

  /** Messages that were no batch: of another version. */
  get unreadable(): number {
    return this.#unreadable;
  }

  close(): void {
    this.#socket?.close();
    this.#admission?.close();
    this.#socket = this.#admission = undefined;
  }

  async #read(socket: Subscriber): Promise<void> {
    let read = 0;
    for await (const [message] of socket) {
      const found = readBatch(message!);
      if (found) await this.#take(found);
      else this.#unreadable += 1;
      if (++read % BATCHES_A_TURN === 0) await nextTurn();
    }
  }

  async #take(found: Batch): Promise<void> {
    this.losses.note(found);
    for (const item of found.items) await this.options.onItem({ ...item, replica: found.replica });
  }

  async #admit(admission: Reply): Promise<void> {
    const publishers = new Set(this.options.keys.publisherKeys);
    try {
      for await (const request of admission) await admission.send(answerTo(request, publishers));
    } catch (error) {
      // Somebody has asked while we were closing.
      if (!admission.closed) throw error;
    }
  }
}

function readBatch(message: Buffer): Batch | undefined {
  try {
    return batch.parse(JSON.parse(message.toString()));
  } catch {
    return undefined;
  }
}

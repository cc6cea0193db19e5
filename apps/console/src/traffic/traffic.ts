import type { OnApplicationShutdown } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Edge } from '../orders/edge.js';
import { untilAccepted } from './careful-client.js';

/** So many customers may wait for their answer at once. While nothing is accepted, no more come. */
const MAX_WAITING = 200;
/** What customers were told, for the audit. 10,000 take about 8 MB; the oldest go first. */
const MAX_KEPT = 10_000;
const SKUS = ['mug-enamel', 'bag-canvas'] as const;

export interface Wish {
  readonly ordersPerSecond: number;
  readonly seconds: number;
}

/** Numbers of the newest stream; all are 0 before the first one. */
export interface TrafficState extends Wish {
  /** New orders are being placed. */
  readonly running: boolean;
  readonly startedAt?: number;
  readonly endsAt?: number;
  readonly sent: number;
  readonly accepted: number;
  /** Sent, and sent again, without an acceptance until now. */
  readonly waiting: number;
  /** So many times a request was sent again. */
  readonly repeated: number;
  readonly failed: number;
}

/** What one customer sent and was answered, in the form of the demo's client ledger. */
export interface ClientRecord {
  readonly key: string;
  readonly customerId: string;
  readonly email: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly acceptedAt: string;
  readonly answers: readonly string[];
  readonly cancelled: false;
  readonly repeated: readonly string[];
  readonly failure?: string;
}

const NONE_YET = { sent: 0, accepted: 0, waiting: 0, repeated: 0, failed: 0 };

interface Stream extends Wish {
  readonly run: string;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly stop: AbortController;
  readonly counts: typeof NONE_YET;
  running: boolean;
}

/**
 * Customers who order one after the other, through the public origin and its limits, each with a key and under another name. There
 * is one stream at a time: the next one takes its place, and those who wait for an answer go on waiting.
 */
export class Traffic implements OnApplicationShutdown {
  #newest: Stream | undefined;
  readonly #ledger: ClientRecord[] = [];
  readonly #ended = new AbortController();

  constructor(private readonly edge: Pick<Edge, 'post'>) {}

  start(wish: Wish): TrafficState {
    this.stop();
    const startedAt = Date.now();
    const stream: Stream = {
      ...wish,
      run: `console-${randomBytes(3).toString('hex')}`,
      startedAt,
      endsAt: startedAt + wish.seconds * 1_000,
      stop: new AbortController(),
      counts: { ...NONE_YET },
      running: true,
    };
    this.#newest = stream;
    void this.#run(stream).finally(() => (stream.running = false));
    return this.state();
  }

  /** No new order. Those that were sent are sent until they are answered. */
  stop(): TrafficState {
    this.#newest?.stop.abort();
    if (this.#newest) this.#newest.running = false;
    return this.state();
  }

  state(): TrafficState {
    if (!this.#newest) return { running: false, ordersPerSecond: 0, seconds: 0, ...NONE_YET };
    const { running, ordersPerSecond, seconds, startedAt, endsAt, counts } = this.#newest;
    return { running, ordersPerSecond, seconds, startedAt, endsAt, ...counts };
  }

  /** Of all streams since this process has started. A customer who still waits is not in it. */
  get ledger(): readonly ClientRecord[] {
    return this.#ledger;
  }

  onApplicationShutdown(): void {
    this.stop();
    this.#ended.abort();
  }

  async #run(stream: Stream): Promise<void> {
    const { startedAt, endsAt, ordersPerSecond, stop, counts } = stream;
    for (let n = 0; ; n += 1) {
      const dueAt = startedAt + (n * 1_000) / ordersPerSecond;
      if (dueAt >= endsAt) return;
      await delay(Math.max(0, dueAt - Date.now()), undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      if (counts.waiting < MAX_WAITING) void this.#order(stream, n);
    }
  }

  async #order({ run, counts }: Stream, n: number): Promise<void> {
    const customerId = `${run}-${n}`;
    const order = {
      customerId,
      email: `${customerId}@example.com`,
      currency: 'EUR',
      lines: [{ sku: SKUS[n % SKUS.length]!, quantity: 1 + (n % 3) }],
      // Every tenth customer's payment is declined: both ends of an order are under way.
      paymentMethod: n % 10 === 7 ? 'pm_declined' : 'pm_ok',
    };
    const key = `key-${customerId}`;
    counts.sent += 1;
    counts.waiting += 1;
    try {
      const send = () => this.edge.post('/api/orders', { 'idempotency-key': key }, order);
      const { body, failure, repeated } = await untilAccepted(send, this.#ended.signal);
      counts.repeated += repeated.length;
      if (failure === undefined) counts.accepted += 1;
      else counts.failed += 1;
      const { email, lines, paymentMethod } = order;
      this.#keep({
        key,
        customerId,
        email,
        lines,
        paymentMethod,
        acceptedAt: new Date().toISOString(),
        answers: failure === undefined ? [JSON.stringify(body)] : [],
        cancelled: false,
        repeated,
        ...(failure !== undefined && { failure }),
      });
    } catch {
      // The console ends: this customer was told nothing, and nothing can be held against that.
    } finally {
      counts.waiting -= 1;
    }
  }

  #keep(record: ClientRecord): void {
    this.#ledger.push(record);
    if (this.#ledger.length > MAX_KEPT) this.#ledger.shift();
  }
}

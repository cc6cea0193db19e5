import { Counter, Gauge, Histogram } from 'prom-client';

/** What became of messages, by type. `failed` counts attempts, the others count messages. */
export const messagesTotal = new Counter({
  name: 'waybill_messages_total',
  help: 'Messages by type and what became of them: handled, duplicate, skipped, failed, parked, dead',
  labelNames: ['type', 'outcome'] as const,
});

export const handlerSeconds = new Histogram({
  name: 'waybill_handler_seconds',
  help: 'Time that a handler took',
  labelNames: ['type'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

export const publishedTotal = new Counter({
  name: 'waybill_relay_rows_total',
  help: 'Outbox rows by lane and answer of the broker: confirmed, refused, unconfirmed',
  labelNames: ['lane', 'answer'] as const,
});

export const sequenceGapsTotal = new Counter({
  name: 'waybill_sequence_gaps_total',
  help: 'Events whose predecessor of the same key this process has not seen',
  labelNames: ['stream'] as const,
});

/** Rows that wait in the database. Read when Prometheus asks, so an idle service pays nothing. */
export interface Backlog {
  outbox: { lane: string; rows: number; oldestSeconds: number }[];
  parked: { state: string; rows: number }[];
}

const sources = new Set<() => Promise<Backlog>>();

/** Adds a database to the gauges below; the answer takes it away again. */
export function watchBacklog(read: () => Promise<Backlog>): () => void {
  sources.add(read);
  return () => sources.delete(read);
}

const outboxOldest = new Gauge({
  name: 'waybill_outbox_oldest_seconds',
  help: 'Age of the oldest outbox row, by lane',
  labelNames: ['lane'] as const,
});
const parkedRows = new Gauge({
  name: 'waybill_parked_rows',
  help: 'Parked messages by state: waiting, dead',
  labelNames: ['state'] as const,
});

new Gauge({
  name: 'waybill_outbox_rows',
  help: 'Rows in the outbox, by lane',
  labelNames: ['lane'] as const,
  async collect() {
    for (const read of sources) {
      // A database that is away leaves the last numbers standing; readiness tells that it is away.
      const backlog = await read().catch(() => undefined);
      for (const { lane, rows, oldestSeconds } of backlog?.outbox ?? []) {
        this.set({ lane }, rows);
        outboxOldest.set({ lane }, oldestSeconds);
      }
      for (const { state, rows } of backlog?.parked ?? []) parkedRows.set({ state }, rows);
    }
  },
});

/** Every interval and limit of the messaging core. Times are milliseconds, sizes are bytes. */
export interface Tuning {
  /**
   * A publish that the broker has not confirmed by then is rolled back. Twice this is below PostgreSQL's
   * idle_in_transaction_session_timeout (8 s).
   */
  publishTimeoutMs: number;
  /** Rows of one claim. Beyond 500 the planner turns quadratic, and a larger claim gains nothing. */
  relayBatchRows: number;
  /** Bytes of one claim: half of what a Kafka broker takes in one batch. */
  relayBatchBytes: number;
  /** The slow poll. It finds what a dead process left. */
  relayPollMs: number;
  /**
   * A replica that misses the lane's lock looks after this whether the other one has sent its rows. The wait doubles each time,
   * up to the cap.
   */
  relayLockRetryMs: number;
  relayLockRetryCapMs: number;
  /** How long a refused row, and its key, is held back. The time doubles with each refusal, up to the cap. */
  refusedBackoffMs: number;
  refusedBackoffCapMs: number;
  /** How often due timers are moved to the outbox. */
  timerPollMs: number;
  /** Messages of one partition, or of the queue, that are delivered at a time. */
  deliveryBatch: number;
  /** Requests, or calls of the outside world, of which one transaction takes as many as wait. With 1 each has its own, at once. */
  sharedParts: number;
  /** A delivery transaction that takes longer lets the next one begin beside it: a slow handler does not hold up the others. */
  batchPatienceMs: number;
  /** A handler that takes longer loses its database connection, and its message is parked. */
  handlerDeadlineMs: number;
  /** How long a batch waits for a lock. Then its messages go one by one. */
  lockTimeoutMs: number;
  /** Unacknowledged messages that RabbitMQ hands to one consumer. */
  prefetch: number;
  /** Deliveries of an event to a fresh consumer before the event counts as a killer. Kafka itself counts none. */
  killLimit: number;
  /** Failures until a parked message becomes a dead letter. Transient failures do not count. */
  maxAttempts: number;
  retryBackoffMs: number;
  retryBackoffCapMs: number;
  retryPollMs: number;
  /** Parked messages retried at the same time by one process. */
  retryConcurrency: number;
  /**
   * How many of these may have a handler with a transaction. Each of them holds a connection of the retries' pool, which has
   * one more.
   */
  retryTransactions: number;
  /**
   * A retry whose claim has run out counts as a crash when its process stays silent for so long afterwards, while the database
   * answers.
   */
  silentClaimMs: number;
  /** How long a retry waits for its turn when its handler runs only a few at once. Its claim is running meanwhile. */
  retryTurnMs: number;
  /** How often a build looks for waiting messages that an older build did not know. */
  unknownRetryMs: number;
  /** Days that the inbox remembers: the topics' retention (7) and a week more. An older message is never handled. */
  inboxDays: number;
  /** Pause between attempts to reach a broker or the database. For a broker it doubles each time, up to the cap. */
  reconnectMs: number;
  /** The longest time until this process notices that a broker is back, or that it serves a path again. */
  reconnectCapMs: number;
  /** The group takes a consumer for dead when it is silent for so long. Only then do the others take its partitions. */
  kafkaSessionMs: number;
  /** Partitions that are delivered at the same time: as many as one fetch brings. */
  kafkaPartitionsAtOnce: number;
}

export const defaultTuning: Tuning = {
  publishTimeoutMs: 3_000,
  relayBatchRows: 500,
  relayBatchBytes: 512 * 1024,
  relayPollMs: 1_000,
  relayLockRetryMs: 50,
  relayLockRetryCapMs: 200,
  refusedBackoffMs: 500,
  refusedBackoffCapMs: 15_000,
  timerPollMs: 500,
  deliveryBatch: 100,
  sharedParts: 100,
  batchPatienceMs: 500,
  handlerDeadlineMs: 20_000,
  lockTimeoutMs: 250,
  prefetch: 100,
  killLimit: 3,
  maxAttempts: 6,
  retryBackoffMs: 200,
  retryBackoffCapMs: 15_000,
  retryPollMs: 500,
  retryConcurrency: 16,
  retryTransactions: 3,
  silentClaimMs: 5_000,
  retryTurnMs: 2_000,
  unknownRetryMs: 15_000,
  inboxDays: 14,
  reconnectMs: 250,
  reconnectCapMs: 2_000,
  kafkaSessionMs: 4_000,
  kafkaPartitionsAtOnce: 12,
};

/** The most bytes that one message may have, envelope included. `tx.send` refuses more. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** Exponential backoff with jitter: between half and the whole of `baseMs * 2^(n-1)`, at most `capMs`. `n` counts from 1. */
export function backoffMs(n: number, baseMs: number, capMs: number): number {
  const whole = Math.min(capMs, baseMs * 2 ** Math.min(n - 1, 30));
  return Math.round(whole / 2 + (Math.random() * whole) / 2);
}

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { silent } from '../../message.js';
import type { OutboxRow } from '../../sending/outbox.js';
import type { Published } from '../../sending/relay.js';
import { defaultTuning } from '../../tuning.js';
import { KafkaPublisher, type Sends } from './publisher.js';

// Time passes only where the broker takes it: a machine that stalls would use the timeout up.
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A broker that refuses every batch, as if it held a bad record, and takes its time for each. */
const slow: Sends = {
  connect: async () => {},
  disconnect: async () => {},
  send: async ({ topic, messages }) => {
    jest.advanceTimersByTime(60);
    if (messages.length > 1) throw Object.assign(new Error('one of them is invalid'), { type: 'INVALID_RECORD' });
    return [{ topicName: topic, partition: messages[0]!.partition!, errorCode: 0 }];
  },
};

const rows = Array.from(
  { length: 50 },
  (_, n) => ({ id: String(n), key: `key-${n}`, body: Buffer.from('{}'), attempts: 0 }) as OutboxRow,
);

async function published(claim: readonly OutboxRow[], publishTimeoutMs: number): Promise<Published> {
  const tuning = { ...defaultTuning, publishTimeoutMs };
  const publisher = new KafkaPublisher(
    'order',
    { brokers: ['127.0.0.1:9'], user: 'order', password: 'none' },
    tuning,
    silent,
    [],
    () => slow,
  );
  await new Promise<void>((connected) => {
    publisher.onUp(connected);
    publisher.start();
  });
  const answer = await publisher.publish(claim);
  await publisher.close();
  return answer;
}

test('the search for a refused record ends with the publish timeout, because the transaction of the claim is idle meanwhile', async () => {
  const { confirmed, refused } = await published(rows, 500);
  expect(refused).toEqual([]);
  // In order, at least one, so that the next claim begins further on; and far from all 50, which would take 3 s.
  expect(confirmed).toEqual(rows.slice(0, confirmed.length).map(({ id }) => id));
  expect(confirmed.length).toBeGreaterThan(0);
  expect(confirmed.length).toBeLessThan(15);
});

test('what was refused before goes last with its whole key, so that it does not take the time of the others', async () => {
  const [first, second, third, ...rest] = rows.slice(0, 6) as [OutboxRow, OutboxRow, OutboxRow, ...OutboxRow[]];
  const claim = [{ ...first, attempts: 1 }, second, { ...third, key: first.key }, ...rest];
  const { confirmed } = await published(claim, 3_000);
  expect(confirmed).toEqual([second, ...rest, first, third].map(({ id }) => id));
});

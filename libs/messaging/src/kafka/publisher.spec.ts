import { expect, test } from '@jest/globals';
import { eventually } from '@waybill/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { silent } from '../message.js';
import type { OutboxRow } from '../outbox.js';
import { defaultTuning } from '../tuning.js';
import { KafkaPublisher, type Sends } from './publisher.js';

/** A broker that refuses every batch, as if it held a bad record, and takes its time for each. */
const slow: Sends = {
  connect: async () => {},
  disconnect: async () => {},
  send: async ({ topic, messages }) => {
    await delay(60);
    if (messages.length > 1) throw Object.assign(new Error('one of them is invalid'), { type: 'INVALID_RECORD' });
    return [{ topicName: topic, partition: messages[0]!.partition!, errorCode: 0 }];
  },
};

const rows = Array.from({ length: 50 }, (_, n) => ({ id: String(n), key: `key-${n}`, body: Buffer.from('{}') }) as OutboxRow);

test('the search for a refused record ends with the publish timeout, because the transaction of the claim is idle meanwhile', async () => {
  const tuning = { ...defaultTuning, publishTimeoutMs: 500 };
  const publisher = new KafkaPublisher('order', { brokers: ['127.0.0.1:9'] }, tuning, silent, () => slow);
  publisher.start();
  await eventually('the producer is connected', () => publisher.up);
  const { confirmed, refused } = await publisher.publish(rows);
  await publisher.close();
  expect(refused).toEqual([]);
  // In order, at least one, so that the next claim begins further on; and far from all 50, which would take 3 s.
  expect(confirmed).toEqual(rows.slice(0, confirmed.length).map(({ id }) => id));
  expect(confirmed.length).toBeGreaterThan(0);
  expect(confirmed.length).toBeLessThan(15);
});

import { expect, test } from '@jest/globals';
import { BrokerAway } from './broker-away.js';
import { silent } from '../message.js';
import { defaultTuning } from '../tuning.js';

test('a broker that is away for an hour is told twice: when it goes, and when it is back; attempts come seconds apart', () => {
  const told: string[] = [];
  const note = (_: object, text: string) => void told.push(text);
  const away = new BrokerAway('rabbitmq', 'order relay', defaultTuning, { ...silent, info: note, warn: note, error: note });
  const waits = Array.from({ length: 2_000 }, () => away.failed('connect ECONNREFUSED'));
  away.back();
  away.back();
  expect(told).toEqual(['order relay: the broker is away; trying again until it is back', 'order relay: the broker is back']);
  // The first come quickly, because most brokers are back at once; and none waits long for one that is.
  expect(waits[0]).toBeLessThanOrEqual(defaultTuning.reconnectMs);
  expect(Math.min(...waits.slice(10))).toBeGreaterThanOrEqual(defaultTuning.reconnectCapMs / 2);
  expect(Math.max(...waits)).toBeLessThanOrEqual(defaultTuning.reconnectCapMs);
  expect(new Set(waits).size).toBeGreaterThan(100);
});

import { afterEach, describe, expect, test } from '@jest/globals';
import { type ActivityItem, ActivitySubscriber, keyPairOf } from '@waybill/activity';
import { eventually } from '@waybill/testing';
import { randomBytes } from 'node:crypto';
import { aboutOf, startActivity, tellActivity } from './activity.js';
import { serviceSettings } from './config.js';
import { ConfigError, readConfig } from './settings.js';

const [mine, console] = [keyPairOf(randomBytes(32)), keyPairOf(randomBytes(32))];
const ORDER = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';
const MESSAGE = '0199c1de-5b1a-7c3e-9d4f-ba9876543210';

const open: { stop(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.stop();
});

describe('what is told of a message', () => {
  test('is its order, its id, its type and its way', () => {
    expect(aboutOf({ id: MESSAGE, type: 'payment.charge.v1', key: ORDER }, 'payment.work')).toEqual({
      orderId: ORDER,
      messageId: MESSAGE,
      type: 'payment.charge.v1',
      way: 'payment.work',
    });
  });

  test('is nothing that its sender made up: neither as its key nor as its type', () => {
    const told = aboutOf({ id: MESSAGE, type: 'of ann@example.com', key: 'ann@example.com' }, 'payment.work');
    expect(told).toEqual({ messageId: MESSAGE, type: 'unknown', way: 'payment.work' });
  });

  test('is no order when the bytes have their own id as their key', () => {
    expect(aboutOf({ id: MESSAGE, type: 'undecodable', key: MESSAGE }, 'payment.work')).not.toHaveProperty('orderId');
  });
});

describe('a process', () => {
  test('tells what its app says, from the start of its activity to its end', async () => {
    const items: ActivityItem[] = [];
    const keys = { ...console, publisherKeys: [mine.publicKey] };
    const subscriber = new ActivitySubscriber({ listen: 'tcp://127.0.0.1:*', keys, onItem: (item) => void items.push(item) });
    open.push({ stop: () => subscriber.close() });
    tellActivity('accepted', ORDER);
    const address = await subscriber.open();
    const activity = await startActivity(
      { replica: 'order-1' },
      { address, keys: () => ({ ...mine, subscriberKey: console.publicKey }) },
    );
    open.push(activity);
    await eventually('it is heard', () => {
      tellActivity('charged', ORDER);
      return items.length > 0;
    });
    expect(items[0]).toEqual({ kind: 'charged', orderId: ORDER, replica: 'order-1', at: expect.any(Number) });
    activity.stop();
    tellActivity('mailed', ORDER);
  });

  test('whose console is not there is not held up', async () => {
    const keys = () => ({ ...mine, subscriberKey: console.publicKey });
    open.push(await startActivity({ replica: 'order-1' }, { address: 'tcp://no-such-host.invalid:1', keys }));
    expect(() => tellActivity('ready')).not.toThrow();
  });

  test('is told what is wrong with the keys in its file, and nothing of the keys', () => {
    const problemsOf = () => {
      try {
        readConfig({ keys: serviceSettings('order').feed.keys }, { FEED_KEYS_FILE: new URL(import.meta.url).pathname });
      } catch (error) {
        return (error as ConfigError).problems.join('\n');
      }
      return '';
    };
    expect(problemsOf()).toMatch(/^FEED_KEYS_FILE: /);
    expect(problemsOf()).not.toContain(ORDER);
  });
});

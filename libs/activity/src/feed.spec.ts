import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/testing';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { Context, Publisher } from 'zeromq';
import type { ActivityItem } from './item.js';
import { keyPairOf } from './keys.js';
import { ActivityPublisher } from './publisher.js';
import { ActivitySubscriber, type SubscriberOptions } from './subscriber.js';

const newPair = () => keyPairOf(randomBytes(32));
const [order, payment, console, stranger] = [newPair(), newPair(), newPair(), newPair()];
const keysOf = (pair: typeof order) => ({ ...pair, subscriberKey: console.publicKey });
const keysOfConsole = { ...console, publisherKeys: [order.publicKey, payment.publicKey] };

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function subscriber(options: Partial<SubscriberOptions> = {}) {
  const items: ActivityItem[] = [];
  const it = new ActivitySubscriber({
    listen: 'tcp://127.0.0.1:*',
    keys: keysOfConsole,
    onItem: (item) => void items.push(item),
    ...options,
  });
  open.push(it);
  return { items, url: await it.open(), it };
}

async function publisher(url: string, { replica = 'order-1', keys = keysOf(order), aloneInAWindow = Infinity } = {}) {
  const it = new ActivityPublisher({ url, replica, keys, aloneInAWindow });
  open.push(it);
  await it.open();
  return it;
}

/** Until the two have met, what is told is lost. */
const meet = (told: ActivityPublisher, items: readonly ActivityItem[]) =>
  eventually('the subscriber hears the publisher', () => {
    told.publish('ready');
    return items.length > 0;
  });

const FLOOD = 60_000;
/** Tells so much at once. Returns how many items a millisecond it took. */
async function flood(told: ActivityPublisher): Promise<number> {
  const begun = performance.now();
  for (let n = 0; n < FLOOD; n += 1) {
    told.publish('handled', { orderId: `order-${n}`, messageId: `message-${n}`, type: 'payment.charge.v1', way: 'payment.work' });
    if (n % 640 === 0) await nextTurn();
  }
  return FLOOD / (performance.now() - begun);
}

const orders = (items: readonly ActivityItem[]) => items.flatMap(({ orderId }) => orderId ?? []);

describe('the feed', () => {
  test('brings each item with what it is about, its replica, and in order', async () => {
    const { items, url, it } = await subscriber();
    const told = await publisher(url);
    await meet(told, items);
    for (let n = 0; n < 200; n += 1)
      told.publish('sent', { orderId: `o${n}`, messageId: `m${n}`, type: 'order.placed.v1', way: 'order.events' });
    await eventually('200 items are there', () => orders(items).length === 200);
    expect(orders(items)).toEqual(Array.from({ length: 200 }, (_, n) => `o${n}`));
    expect(items.find(({ orderId }) => orderId === 'o7')).toEqual({
      ...{ kind: 'sent', at: expect.any(Number), orderId: 'o7', messageId: 'm7', type: 'order.placed.v1' },
      ...{ way: 'order.events', replica: 'order-1' },
    });
    expect(it.heard).toMatchObject([{ replica: 'order-1', lost: 0 }]);
  });

  test('counts what nobody could follow: all of it is heard of, in a hundredth of the items, and nothing is lost', async () => {
    const { items, url, it } = await subscriber();
    const told = await publisher(url, { aloneInAWindow: 5 });
    await meet(told, items);
    const before = it.totals.received;
    await flood(told);
    const { lost } = await eventually('all is heard of', () => it.totals.received - before >= FLOOD && it.totals);
    expect(lost).toBe(0);
    const handled = items.filter(({ kind }) => kind === 'handled');
    expect(handled.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(FLOOD);
    expect(handled.length).toBeLessThan(FLOOD / 100);
    expect(handled.find(({ count }) => count)).toEqual({
      ...{ kind: 'handled', at: expect.any(Number), type: 'payment.charge.v1', way: 'payment.work' },
      ...{ count: expect.any(Number), replica: 'order-1' },
    });
  });

  test('brings the items of every service that has a key', async () => {
    const { url, it } = await subscriber();
    await publisher(url, { replica: 'order-1', keys: keysOf(order) });
    await publisher(url, { replica: 'payment-1', keys: keysOf(payment) });
    // Each beats every second.
    await eventually('both are heard', () => it.heard.length === 2);
  });

  test('cuts texts that somebody made long', async () => {
    const { items, url } = await subscriber();
    const told = await publisher(url);
    await meet(told, items);
    told.publish('dead', { orderId: 'x'.repeat(200_000), messageId: 'm', type: 'y'.repeat(200_000) });
    const dead = await eventually('it is there', () => items.find(({ kind }) => kind === 'dead'));
    expect([dead.orderId, dead.type].map((text) => text!.length)).toEqual([100, 100]);
  });

  test('shows a replica that was started again as a new start', async () => {
    const { items, url, it } = await subscriber();
    const first = await publisher(url);
    await meet(first, items);
    first.close();
    const second = await publisher(url);
    const heard = await eventually('a second start is heard', () => {
      second.publish('ready');
      return it.heard.length === 2 && it.heard;
    });
    expect(heard).toMatchObject([
      { replica: 'order-1', lost: 0 },
      { replica: 'order-1', lost: 0 },
    ]);
  });
});

describe('a subscriber', () => {
  test('that comes late hears what happens from then on, and counts nothing as lost', async () => {
    const place = await subscriber();
    place.it.close();
    const told = await publisher(place.url);
    for (let n = 0; n < 1_000; n += 1) told.publish('sent', { orderId: 'before' });
    const { items, it } = await subscriber({ listen: place.url });
    await meet(told, items);
    told.publish('sent', { orderId: 'after' });
    await eventually('the item is there', () => orders(items).includes('after'));
    expect(orders(items)).toEqual(['after']);
    expect(it.heard).toMatchObject([{ lost: 0 }]);
  });

  test('that goes away and comes back on its address is found again', async () => {
    const { url, items, it } = await subscriber();
    const told = await publisher(url);
    await meet(told, items);
    it.close();
    for (let n = 0; n < 10_000; n += 1) told.publish('sent', { orderId: 'unheard' });
    const back = await subscriber({ listen: url });
    await meet(told, back.items);
    expect(orders(back.items)).toEqual([]);
  });

  test('that reads slowly costs a service nothing, and each item that it missed is counted', async () => {
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let received = 0;
    const { url, it } = await subscriber({
      onItem: async () => {
        received += 1;
        await held;
      },
    });
    const told = await publisher(url);
    await eventually('the subscriber is at its first item', () => {
      told.publish('ready');
      return received > 0;
    });
    const nobody = await publisher('tcp://127.0.0.1:1');
    const unheard: number[] = [];
    const unread: number[] = [];
    const memory: number[] = [];
    // What the first floods have taken of memory, the later ones must take again.
    for (const _ of [1, 2, 3]) {
      unheard.push(await flood(nobody));
      unread.push(await flood(told));
      memory.push(process.memoryUsage.rss() / 2 ** 20);
    }
    // As fast as where nobody listens; a third of that leaves room for a machine that does other things besides.
    expect(Math.max(...unread) / Math.max(...unheard)).toBeGreaterThan(1 / 3);
    expect(memory[2]! - memory[1]!).toBeLessThan(30);

    const before = received;
    goOn();
    // A last item has the last number.
    told.publish('draining');
    const { lost } = await eventually('all is received or known to be lost', () => {
      const [heard] = it.heard;
      return heard!.received + heard!.lost >= 3 * FLOOD && heard;
    });
    expect(lost).toBeGreaterThan(2 * FLOOD);
    expect(received).toBeGreaterThan(before);
  }, 120_000);
});

describe('a key', () => {
  test('that is not the publishers’ lets nobody tell the console anything', async () => {
    const { items, url, it } = await subscriber();
    const liar = await publisher(url, { replica: 'liar', keys: keysOf(stranger) });
    const told = await publisher(url);
    for (let n = 0; n < 50; n += 1) {
      liar.publish('dead');
      await meet(told, items);
      items.splice(0, items.length - 1);
    }
    await meet(told, items);
    expect(it.heard.map(({ replica }) => replica)).toEqual(['order-1']);
  });

  test('that is not the console’s is told nothing', async () => {
    const { items, url } = await subscriber({ keys: { ...stranger, publisherKeys: [order.publicKey] } });
    const told = await publisher(url);
    const other = await subscriber();
    const known = await publisher(other.url);
    for (let n = 0; n < 20; n += 1) {
      told.publish('accepted', { orderId: 'secret' });
      other.items.length = 0;
      await meet(known, other.items);
    }
    expect(items).toEqual([]);
  });

  test('is needed: a publisher without one is not heard', async () => {
    const { items, url } = await subscriber();
    const plain = new Publisher({ context: new Context(), linger: 0, sendTimeout: 0 });
    open.push(plain);
    plain.connect(url);
    const told = await publisher(url);
    for (let n = 0; n < 20; n += 1) {
      await plain.send(JSON.stringify({ replica: 'plain', start: 'a', first: 0, items: [{ kind: 'dead', at: 0 }] }));
      await meet(told, items);
    }
    expect(items.map(({ replica }) => replica)).not.toContain('plain');
  });
});

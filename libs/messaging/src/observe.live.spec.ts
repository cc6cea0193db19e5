import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/testing';
import { bench } from '../test/delivery.js';
import { FakePublisher } from '../test/fake-publisher.js';
import { fastTuning, type Script, World } from '../test/world.js';
import { Reject, Transient } from './errors.js';
import { newId } from './ids.js';
import { silent } from './message.js';
import { observeMessages } from './observe.js';
import { RelayLane } from './sending/relay.js';
import { defaultTuning } from './tuning.js';

let world: World;
let told: { readonly what: string; readonly id: string; readonly type: string; readonly key: string; readonly way: string }[];
beforeEach(async () => {
  world = await World.make('rabbitmq', { deployed: false });
  told = [];
  observeMessages((what, { id, type, key }, way) => void told.push({ what, id, type, key, way }));
});
afterEach(async () => {
  observeMessages(undefined);
  await world.close();
});

const whats = () => told.map(({ what }) => what);

/** What waits in the outbox, taken out of it by a relay as a broker that confirms everything would. */
async function relayed(): Promise<{ body: Buffer }[]> {
  const publisher = new FakePublisher('rabbitmq');
  const lane = new RelayLane(world.database.dataSource, publisher, { ...defaultTuning, ...fastTuning }, silent);
  lane.start();
  await eventually('the outbox is empty', async () => (await world.outbox()).length === 0);
  await lane.stop();
  return publisher.sent;
}

/** Sends one message, and delivers it until nothing of it waits for a retry. */
async function sentAndDelivered(script: Script = () => {}, copies = 1): Promise<void> {
  await world.send({ key: 'k', n: 1 });
  const one = bench(world, { script });
  const [message] = await relayed();
  for (let copy = 0; copy < copies; copy += 1) await one.delivery.deliver(one.batch(message!));
  one.retries.start();
  await eventually('no message waits for a retry', async () =>
    (await world.parked()).every(({ state, running }) => state === 'dead' && !running),
  );
  await one.retries.stop();
}

describe('whoever observes messages', () => {
  test('is told of each step with the message and its way', async () => {
    await sentAndDelivered();
    const { type } = world.contract;
    const about = { id: told[0]!.id, type, key: 'k' };
    expect(told).toEqual([
      { what: 'sent', ...about, way: `${world.service}.commands` },
      { what: 'published', ...about, way: 'fake' },
      { what: 'received', ...about, way: `${world.service}.work` },
      { what: 'handled', ...about, way: `${world.service}.work` },
    ]);
  });

  test('is told of a copy', async () => {
    await sentAndDelivered(() => {}, 2);
    expect(whats()).toEqual(['sent', 'published', 'received', 'handled', 'received', 'duplicate']);
  });

  test('is told of each attempt, and what became of it', async () => {
    await sentAndDelivered(({ attempt }) => {
      if (attempt < 3) throw new Transient('away');
    });
    expect(whats()).toEqual(['sent', 'published', 'received', 'parked', 'retried', 'parked', 'retried', 'handled']);
  });

  test('is told of a dead letter', async () => {
    await sentAndDelivered(() => {
      throw new Reject('no');
    });
    expect(whats()).toEqual(['sent', 'published', 'received', 'dead']);
  });

  test('is told that bytes are a dead letter, under the id that they get, and nothing that stands in them', async () => {
    const { delivery, batch } = bench(world);
    await delivery.deliver(batch({ body: Buffer.from('{"type":"from ann@example.com"}') }));
    const { id } = told[0]!;
    expect(told).toMatchObject([
      { what: 'received', type: 'undecodable', key: id },
      { what: 'dead', type: 'undecodable', key: id },
    ]);
  });

  test('is told nothing of what was rolled back', async () => {
    const failed = world.sender.run(async (tx) => {
      tx.send(world.contract, { key: 'k', n: 1 });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(told).toEqual([]);
  });

  test('is told of what a batch sends only after its commit, and once', async () => {
    for (let n = 1; n <= 3; n += 1) await world.send({ key: `k${n}`, n });
    const messages = await relayed();
    told = [];
    const { delivery, batch } = bench(world, {
      script: ({ key, data }, tx) => {
        tx.send(world.contract, { key, n: 10 + data.n });
        if (key === 'k3') throw new Reject('no');
      },
    });
    await delivery.deliver(batch(...messages));
    expect(whats()).toEqual(['received', 'received', 'received', 'sent', 'handled', 'sent', 'handled', 'dead']);
  });

  test('may throw: the message is sent, published, handled and acknowledged all the same', async () => {
    observeMessages((what) => {
      told.push({ what, id: newId(), type: '', key: '', way: '' });
      throw new Error('cannot tell');
    });
    await sentAndDelivered();
    expect(whats()).toEqual(['sent', 'published', 'received', 'handled']);
    expect([await world.parked(), await world.effects()]).toMatchObject([[], [{ key: 'k', n: 1, attempt: 1 }]]);
  });
});

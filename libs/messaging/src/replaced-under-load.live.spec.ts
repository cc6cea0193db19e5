import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '@waybill/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { World } from '../test/world.js';
import type { Messaging } from './messaging.js';

let world: World;
afterEach(() => world.close());

// As a deployment does it: the new replica joins before the old one goes, so each stop meets the rebalance of a start. Each batch takes
// long enough to be half done at that moment.
test.each([
  ['events', 'kafka', false],
  ['commands', 'rabbitmq', false],
  ['commands for the outside world', 'rabbitmq', true],
] as const)(
  'one replica after the other is replaced under load: of %s nothing is lost, and nothing comes twice',
  async (_, broker, outside) => {
    world = await World.make(broker, { poolSize: 20 });
    const before = await world.counted('duplicate');
    let runs = 0;
    const script = async () => {
      runs += 1;
      await delay(5);
    };
    const replica = () =>
      world.start({
        // A consumer that its group gives up while it is only slow repeats its batch, and rightly so.
        tuning: { kafkaSessionMs: 30_000, deliveryBatch: 5, prefetch: 20 },
        // Most of these wait for their turn when the replica is stopped.
        ...(outside ? { outside: { atOnce: 3, call: script } } : { script }),
      });
    const replicas: Messaging[] = [await replica(), await replica()];
    let sent = 0;
    let over = false;
    const load = (async () => {
      while (!over) {
        sent += 10;
        await world.send(...Array.from({ length: 10 }, (_, index) => ({ key: `key${index}`, n: sent + index })));
        await delay(10);
      }
    })();
    for (let round = 1; round <= 2; round++) {
      const handled = runs;
      await eventually('the replicas are at work', () => runs > handled + 20);
      replicas.push(await replica());
      await replicas.shift()!.stop();
    }
    over = true;
    await load;
    const effects = await world.effectsReach(sent, { timeoutMs: 60_000 });
    await world.quiet();
    expect(new Set(effects.map(({ message_id }) => message_id)).size).toBe(sent);
    expect({ runs, duplicates: (await world.counted('duplicate')) - before }).toEqual({ runs: sent, duplicates: 0 });
  },
);

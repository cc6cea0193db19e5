import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { control, eventually } from '@waybill/testing';
import { series, World } from '../test/world.js';

// The servers themselves go away here, for every spec that would run at the same time: live specs run one file after another.
describe.each(['rabbitmq', 'kafka'] as const)('when %s', (broker) => {
  let world: World;
  beforeEach(async () => {
    world = await World.make(broker);
  });
  afterEach(() => world.close());
  afterAll(() => control('start', broker));

  test('is restarted in mid-flight, nothing is lost and nothing happens twice', async () => {
    const replica = await world.start();
    let sent = 0;
    let sending = true;
    // As fast as it can, and so far ahead at most: all that piles up while a slow server starts has to be handled in the end.
    const steadily = (async () => {
      while (sending) {
        if (sent % 50 === 0) await world.effectsReach(sent - 500, { timeoutMs: 120_000 });
        await world.send({ key: `key${sent % 7}`, n: ++sent });
      }
    })();
    await world.effectsReach(20);
    await control('restart', broker);
    await eventually('the replica is ready again', () => replica.health().ready, { timeoutMs: 40_000 });
    const before = sent;
    await eventually('more was sent since', () => sent > before + 20, { timeoutMs: 60_000 });
    sending = false;
    await steadily;
    const effects = await world.effectsReach(sent, { timeoutMs: 60_000 });
    await world.quiet();
    expect(effects).toHaveLength(sent);
    expect(new Set(effects.map(({ message_id }) => message_id)).size).toBe(sent);
  });

  test('is killed, work is accepted without it and done when it is back, and health tells', async () => {
    const replica = await world.start();
    await world.send({ key: 'before', n: 1 });
    await world.effectsReach(1);
    await control('stop', broker);
    await eventually('health names it', () => replica.health()[broker] === 'down' && !replica.health().ready, {
      timeoutMs: 30_000,
    });
    await world.send(...series('away', 50));
    expect(await world.outbox()).toHaveLength(50);
    await control('start', broker);
    const seen = (await world.effectsReach(51, { timeoutMs: 60_000 })).slice(1).map(({ n }) => n);
    expect(broker === 'kafka' ? seen : seen.toSorted((a, b) => a - b)).toEqual(series('away', 50).map(({ n }) => n));
    await eventually('health is back', () => replica.health().ready, { timeoutMs: 30_000 });
    await world.quiet();
  });
});

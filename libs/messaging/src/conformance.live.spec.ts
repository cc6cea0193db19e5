import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@waybill/testing';
import { brokerProxy } from '../test/broker-proxy.js';
import { poisons } from '../test/poison.js';
import { startReplica } from '../test/start-replica.js';
import { gate, type Script, series, World } from '../test/world.js';
import { deadLetters, inTrace, type Message, Reject } from './index.js';

// What a message may meet, the same for both brokers. There is one service and one handler, and each test has its own keys.
describe.each(['rabbitmq', 'kafka'] as const)('a message by %s', (broker) => {
  let world: World;
  let script: Script = () => {};

  beforeAll(async () => {
    world = await World.make(broker);
    // Only one handler shall miss its deadline; on a slow machine an insert takes its time.
    await world.start({ script: (message, tx) => script(message, tx), tuning: { handlerDeadlineMs: 5_000 } });
  });
  afterEach(() => void (script = () => {}));
  afterAll(() => world.close());

  test('is delivered, with everything that it carries', async () => {
    const seen: Message[] = [];
    script = (message) => void seen.push(message);
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const before = Date.now();
    await inTrace(`00-${traceId}-b7ad6b7169203331-01`, {}, () => world.send({ key: 'whole', n: 7 }));
    const after = Date.now();
    await world.effectsReach(1, { key: 'whole' });
    const [message] = seen;
    expect(message).toMatchObject({ type: world.contract.type, key: 'whole', data: { key: 'whole', n: 7 }, attempt: 1 });
    expect(message!.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(message!.time.getTime()).toBeGreaterThanOrEqual(before);
    expect(message!.time.getTime()).toBeLessThanOrEqual(after);
    expect(message!.traceparent).toContain(traceId);
    expect(message!.sequence).toBe(broker === 'kafka' ? 7 : undefined);
    await world.quiet();
  });

  test('of a transaction that was rolled back does not exist', async () => {
    const undone = world.sender.run(async (tx) => {
      tx.send(world.contract, { key: 'undone', n: 1 });
      throw new Error('on second thoughts');
    });
    await expect(undone).rejects.toThrow('on second thoughts');
    await world.send({ key: 'done', n: 1 });
    await world.effectsReach(1, { key: 'done' });
    expect(await world.effects('undone')).toEqual([]);
  });

  test('whose handler throws leaves nothing behind, and is tried again until it succeeds', async () => {
    const attempts: number[] = [];
    script = (message) => {
      attempts.push(message.attempt);
      if (attempts.length < 3) throw new Error('not today');
    };
    await world.send({ key: 'thrice', n: 1 });
    const effects = await world.effectsReach(1, { key: 'thrice' });
    await world.quiet();
    expect(effects).toMatchObject([{ attempt: 3 }]);
    expect(attempts).toEqual([1, 2, 3]);
  });

  test('that fails every time becomes a dead letter with the evidence of every attempt', async () => {
    let runs = 0;
    script = () => {
      throw new Error(`failure ${++runs}`);
    };
    await world.send({ key: 'hopeless', n: 1 });
    const dead = await world.becomes('dead', 'hopeless');
    expect(dead.errors.map(({ error }) => error)).toEqual(['Error: failure 1', 'Error: failure 2', 'Error: failure 3']);
    expect(dead.first_failed_at!.getTime()).toBeLessThan(dead.last_failed_at!.getTime());
    expect(dead.source).toContain(world.service);
    expect(await deadLetters(world.database.dataSource)).toMatchObject([
      { messageId: dead.message_id, key: 'hopeless', attempts: 3 },
    ]);
    expect(await world.effects('hopeless')).toEqual([]);
    await world.query(`DELETE FROM parked`);
  });

  test('that its handler rejects becomes a dead letter at once', async () => {
    let runs = 0;
    script = () => {
      runs += 1;
      throw new Reject('no such thing');
    };
    await world.send({ key: 'rejected', n: 1 });
    const dead = await world.becomes('dead', 'rejected');
    expect(dead.errors).toMatchObject([{ error: 'Reject: no such thing' }]);
    expect(runs).toBe(1);
    expect(await world.effects('rejected')).toEqual([]);
    await world.query(`DELETE FROM parked`);
  });

  test('whose handler misses its deadline is parked, and what the late handler writes is not kept', async () => {
    const { opened, open } = gate();
    const late = gate();
    let lateError: unknown;
    script = async (message, tx) => {
      if (message.attempt > 1) return;
      await opened;
      lateError = await tx
        .query(`INSERT INTO effect (message_id, key, n, attempt) VALUES (gen_random_uuid(), 'slow', 99, 99)`)
        .catch((e: unknown) => e);
      late.open();
    };
    await world.send({ key: 'slow', n: 1 });
    expect(await world.effectsReach(1, { key: 'slow' })).toMatchObject([{ n: 1, attempt: 2 }]);
    open();
    await late.opened;
    expect(lateError).toBeInstanceOf(Error);
    await world.quiet();
    expect(await world.effects('slow')).toMatchObject([{ n: 1, attempt: 2 }]);
  });

  test('that comes twice acts once', async () => {
    const before = await world.counted('duplicate');
    const copy = world.message({ key: 'twice', n: 1 });
    await world.publishRaw(copy, copy);
    await world.publishRaw(copy);
    await world.effectsReach(1, { key: 'twice' });
    // At least: what the relay did not see confirmed in time, in a test before, is counted too.
    await eventually('both copies are known', async () => (await world.counted('duplicate')) >= before + 2);
    expect(await world.effects('twice')).toHaveLength(1);
  });

  test.each(poisons)('that is $kind becomes a dead letter with its bytes, and blocks nothing', async ({ bytes }) => {
    const body = bytes(world);
    const healthy = world.message({ key: 'healthy', n: 1 });
    const before = (await world.effects('healthy')).length;
    await world.publishRaw({ body }, healthy);
    await world.effectsReach(before + 1, { key: 'healthy' });
    const [dead] = await eventually('the poison is a dead letter', async () => {
      const rows = await world.parked();
      return rows.length > 0 && rows;
    });
    expect(dead).toMatchObject({ state: 'dead', body, errors: [{ error: expect.any(String) }] });
    expect(dead!.source).toContain(world.service);
    expect(await world.effects('poison')).toEqual([]);
    await world.query(`DELETE FROM parked`);
  });

  test('that is too large is refused when it is sent', async () => {
    const tooLarge = world.send({ key: 'large', n: 1, padding: 'x'.repeat(256 * 1024) });
    await expect(tooLarge).rejects.toThrow(/at most 262144 are allowed/);
    await world.send({ key: 'large', n: 2, padding: 'x'.repeat(255 * 1024) });
    expect(await world.effectsReach(1, { key: 'large' })).toMatchObject([{ n: 2 }]);
  });

  test('with a payload that does not fit its contract is refused when it is sent', async () => {
    await expect(world.send({ key: 'wrong', n: 1.5 })).rejects.toThrow(/n: /);
    expect((await world.outbox()).filter(({ key }) => key === 'wrong')).toEqual([]);
  });
});

describe.each(['rabbitmq', 'kafka'] as const)('with %s', (broker) => {
  let world: World;
  beforeAll(async () => {
    world = await World.make(broker);
  });
  afterEach(() => world.stop());
  afterAll(() => world.close());

  test('unknown types and versions wait, parked, for the build that knows them', async () => {
    const next = { ...world.contract, type: world.contract.type.replace('.v1', '.v2') };
    const other = { ...world.contract, type: world.contract.type.replace('happen', 'occur') };
    await world.deploy([world.contract, next, other]);
    await world.start();
    const of = (type: string, key: string) => ({
      ...world.message({ key, n: 1 }, (e) => ({ ...e, type, data: { key, n: 1 } })),
      type,
    });
    await world.publishRaw(of(next.type, 'version'), of(other.type, 'type'), world.message({ key: 'known', n: 1 }));
    await world.effectsReach(1, { key: 'known' });
    for (const key of ['version', 'type']) {
      // Marked, and so not even claimed while nobody knows the type.
      expect(await world.becomes('waiting', key)).toMatchObject({ unknown: true, attempt: 1, failures: 0 });
    }
    await world.stop();
    await world.start({ contracts: [world.contract, next, other] });
    await world.effectsReach(1, { key: 'version' });
    await world.effectsReach(1, { key: 'type' });
    await world.quiet();
  });

  test('many keys at once are all handled, in the order of commits per key where the broker promises it', async () => {
    await world.start({ tuning: { deliveryBatch: 20 } });
    const keys = Array.from({ length: 10 }, (_, index) => `many${index}`);
    for (let n = 1; n <= 30; n++) await world.send(...keys.map((key) => ({ key, n })));
    for (const key of keys) {
      const seen = (await world.effectsReach(30, { key, timeoutMs: 60_000 })).map(({ n }) => n);
      expect(broker === 'kafka' ? seen : seen.toSorted((a, b) => a - b)).toEqual(series(key, 30).map(({ n }) => n));
    }
    await world.quiet();
  });

  test('more failures than the prefetch leave room for healthy messages', async () => {
    await world.start({
      tuning: { prefetch: 10, maxAttempts: 1_000, retryBackoffCapMs: 500 },
      script: ({ key }) => {
        if (key.startsWith('ill')) throw new Error('ill');
      },
    });
    await world.send(...Array.from({ length: 40 }, (_, n) => ({ key: `ill${n}`, n: n + 1 })));
    await eventually('all the ill ones are parked', async () => (await world.parked()).length === 40, { timeoutMs: 60_000 });
    await world.send(...series('well', 40));
    // Beside them the ill ones are tried again and again, which a slow machine feels.
    await world.effectsReach(40, { key: 'well', timeoutMs: 60_000 });
    expect(await world.parked()).toHaveLength(40);
    await world.stop();
    await world.query(`DELETE FROM parked`);
  });

  test('a consumer that is killed in mid-handler leaves its message to another', async () => {
    const doomed = await startReplica(world, { hang: true }, { handlerDeadlineMs: 60_000 });
    await world.send({ key: 'orphan', n: 1 });
    await eventually('the worker is in its handler', () =>
      doomed.said.some((said) => (said as { handling?: number }).handling === 1),
    );
    doomed.signal('SIGKILL');
    await doomed.ended;
    await world.start();
    expect(await world.effectsReach(1, { key: 'orphan' })).toHaveLength(1);
    await world.quiet();
    expect(await world.effects('orphan')).toHaveLength(1);
  });

  test('a connection that is cut in mid-flight loses nothing and doubles nothing', async () => {
    const proxy = await brokerProxy();
    await world.start({ rabbitmq: proxy.rabbitmq, kafka: proxy.kafka });
    for (let n = 1; n <= 20; n++) {
      await world.send(...Array.from({ length: 10 }, (_, index) => ({ key: `cut${index}`, n })));
      if (n % 5 === 0) proxy.networks[broker].cut();
    }
    expect(proxy.networks[broker].connections).toBeGreaterThan(1);
    await eventually(
      'all are handled',
      async () => (await world.effects()).filter(({ key }) => key.startsWith('cut')).length >= 200,
      { timeoutMs: 60_000 },
    );
    await world.quiet();
    const effects = (await world.effects()).filter(({ key }) => key.startsWith('cut'));
    expect(effects).toHaveLength(200);
    expect(new Set(effects.map(({ message_id }) => message_id)).size).toBe(200);
    await world.stop();
    await proxy.close();
  });

  test('a clean stop under load finishes what it took: nothing is lost, nothing comes twice', async () => {
    await world.send(...series('stop', 400));
    const before = { duplicates: await world.counted('duplicate'), unconfirmed: await world.unconfirmed() };
    // A consumer that its group gives up while it is only slow repeats its batch, and rightly so.
    const tuning = { kafkaSessionMs: 30_000 };
    const { opened, open } = gate();
    let handled = 0;
    const first = await world.start({
      tuning: { ...tuning, deliveryBatch: 10, prefetch: 40 },
      // Never done before it is stopped, however long its start takes.
      script: async () => {
        if (++handled >= 200) await opened;
      },
    });
    await world.effectsReach(50, { key: 'stop' });
    const stopped = first.stop();
    open();
    await stopped;
    const atStop = (await world.effects('stop')).length;
    expect(atStop).toBeLessThan(400);
    await world.start({ tuning });
    await world.effectsReach(400, { key: 'stop', timeoutMs: 60_000 });
    await world.quiet();
    expect(await world.effects('stop')).toHaveLength(400);
    // A row that the broker of a busy machine confirms too late goes out again, and rightly so.
    const copies = (await world.unconfirmed()) - before.unconfirmed;
    expect((await world.counted('duplicate')) - before.duplicates).toBeLessThanOrEqual(copies);
  });
});

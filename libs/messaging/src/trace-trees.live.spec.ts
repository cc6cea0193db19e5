import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommandContract } from '@waybill/contract-kit';
import { eventually } from '@waybill/testing';
import { bench, type Bench } from '../test/delivery.js';
import type { Payload } from '../test/contract.js';
import { FakePublisher } from '../test/fake-publisher.js';
import { RecordedSpans } from '../test/recorded-spans.js';
import { fastTuning, type Script, World } from '../test/world.js';
import { Reject, Transient } from './errors.js';
import { silent } from './message.js';
import { redrive } from './parking/acts.js';
import { RelayLane, timerPoll } from './sending/relay.js';
import { ATTRIBUTE } from './span-names.js';
import { contextIn } from './trace.js';
import { defaultTuning } from './tuning.js';

const tuning = { ...defaultTuning, ...fastTuning };
let world: World;
let recorded: RecordedSpans;
let create: string;
let process: string;
beforeEach(async () => {
  world = await World.make('rabbitmq', { deployed: false });
  recorded = new RecordedSpans();
  create = `create ${world.contract.type}`;
  process = `process ${world.service}.work`;
});
afterEach(async () => {
  recorded.end();
  await world.close();
});

/** What waits in the outbox, taken out of it by a relay as a broker that confirms everything would. */
async function relayed(): Promise<{ body: Buffer }[]> {
  const publisher = new FakePublisher('rabbitmq');
  const lane = new RelayLane(world.database.dataSource, publisher, tuning, silent);
  lane.start();
  await eventually('the outbox is empty', async () => (await world.outbox()).length === 0);
  await lane.stop();
  return publisher.sent;
}
const requested = (...payloads: Payload[]) => recorded.request(() => world.send(...payloads));
const delivering = (script: Script = () => {}): Bench => bench(world, { script });
const retried = async ({ retries }: Bench) => {
  retries.start();
  await eventually('no message waits for a retry', async () =>
    (await world.parked()).every(({ state, running }) => state === 'dead' && !running),
  );
  await retries.stop();
};
const placeIn = ({ body }: { body: Buffer }) => contextIn((JSON.parse(body.toString()) as { traceparent?: string }).traceparent);

describe('the trace of a message', () => {
  test('goes from its request over its create to its send and its process, and on to what its handler sends', async () => {
    await requested({ key: 'k', n: 1 });
    const { delivery, batch } = delivering(({ data, key }, tx) => {
      if (data.n === 1) tx.send(world.contract, { key, n: 2 });
    });
    await delivery.deliver(batch(...(await relayed())));
    await delivery.deliver(batch(...(await relayed())));
    expect(recorded.trees()).toEqual([
      'POST /things',
      `  ${create}`,
      `    send fake`,
      `    ${process}: handled`,
      `      ${create}`,
      `        send fake`,
      `        ${process}: handled`,
    ]);
    expect(new Set(recorded.spans.map(({ traceId }) => traceId)).size).toBe(1);
    const processed = recorded.spans.filter(({ kind }) => kind === 'consumer');
    for (const { parentSpanId, links } of processed) expect(links).toMatchObject([{ spanId: parentSpanId }]);
    expect(recorded.spans.find(({ kind }) => kind === 'client')!.attributes).toMatchObject({
      [ATTRIBUTE.outboxWaitMs]: expect.any(Number),
    });
  });

  test('tells a copy of it as a duplicate', async () => {
    await requested({ key: 'k', n: 1 });
    const { delivery, batch } = delivering();
    const messages = batch(...(await relayed()));
    await delivery.deliver(messages);
    await delivery.deliver(messages);
    expect(recorded.trees()).toEqual([
      'POST /things',
      `  ${create}`,
      `    send fake`,
      `    ${process}: handled`,
      `    ${process}: duplicate`,
    ]);
  });

  test('has one process for each attempt, all with the same parent', async () => {
    await requested({ key: 'k', n: 1 });
    const one = delivering(({ attempt, key }, tx) => {
      tx.send(world.contract, { key, n: 2 });
      if (attempt < 3) throw new Transient('away');
    });
    await one.delivery.deliver(one.batch(...(await relayed())));
    await retried(one);
    expect(recorded.trees()).toEqual([
      'POST /things',
      `  ${create}`,
      `    send fake`,
      `    ${process}: parked, Transient`,
      `    ${process}: parked, attempt 2, Transient`,
      `    ${process}: handled, attempt 3`,
      // Only what was committed has been created.
      `      ${create}`,
    ]);
  });

  test('ends with a dead letter, and goes on in a new trace that links to it when a person redrives it', async () => {
    await requested({ key: 'k', n: 1 });
    let mended = false;
    const one = delivering(() => {
      if (!mended) throw new Reject('no');
    });
    await one.delivery.deliver(one.batch(...(await relayed())));
    const [dead] = await world.parked();
    mended = true;
    await redrive(world.database.dataSource, { ids: [dead!.id] });
    await retried(one);
    expect(recorded.trees()).toEqual([
      'POST /things',
      `  ${create}`,
      `    send fake`,
      `    ${process}: dead, Reject`,
      `${process}: handled, attempt 2 ~> ${create}`,
    ]);
  });

  test('shows the batch that one message rolled back: each tried twice, and nothing created in the first try', async () => {
    await requested({ key: 'a', n: 1 });
    await requested({ key: 'b', n: 2 });
    const one = delivering(({ key, data }, tx) => {
      tx.send(world.contract, { key, n: 10 + data.n });
      if (key === 'b') throw new Reject('no');
    });
    await one.delivery.deliver(one.batch(...(await relayed())));
    expect(recorded.trees()).toEqual([
      'POST /things',
      `  ${create}`,
      `    send fake`,
      `    ${process}: rolled back, Reject`,
      `    ${process}: handled`,
      `      ${create}`,
      'POST /things',
      `  ${create}`,
      `    send fake`,
      `    ${process}: rolled back, Reject`,
      `    ${process}: dead, Reject`,
    ]);
  });

  test('of a batch keeps each to its own parent', async () => {
    for (let n = 1; n <= 20; n += 1) await requested({ key: `k${n}`, n });
    const { delivery, batch } = delivering();
    await delivery.deliver(batch(...(await relayed())));
    const byId = new Map(recorded.spans.map((span) => [span.spanId, span]));
    const children = recorded.spans.filter(({ kind }) => kind === 'client' || kind === 'consumer');
    expect(children).toHaveLength(40);
    for (const { attributes, parentSpanId } of children)
      expect(byId.get(parentSpanId!)!.attributes[ATTRIBUTE.messageId]).toBe(attributes[ATTRIBUTE.messageId]);
  });

  test('ends with its time: what a timer sends begins a new one, with a link to where the timer was set', async () => {
    await recorded.request(() =>
      world.sender.run(async (tx) => tx.schedule(world.contract as CommandContract<Payload>, { key: 'k', n: 1 }, { afterMs: 1 })),
    );
    const timers = timerPoll(world.database.dataSource, world.sender, tuning, silent);
    timers.start();
    await eventually('the timer has fired', async () => (await world.outbox()).length === 1);
    await timers.stop();
    const { delivery, batch } = delivering();
    await delivery.deliver(batch(...(await relayed())));
    expect(recorded.trees()).toEqual(['POST /things', `${create} ~> POST /things`, `  send fake`, `  ${process}: handled`]);
  });

  test('has nothing of a transaction that was rolled back', async () => {
    await recorded.request(() =>
      world.sender
        .run(async (tx) => {
          tx.send(world.contract, { key: 'k', n: 1 });
          throw new Error('no');
        })
        .catch(() => undefined),
    );
    expect(recorded.trees()).toEqual(['POST /things']);
  });
});

describe('work that is not recorded', () => {
  test('has no span, and says so to whoever goes on with it', async () => {
    recorded.takes = false;
    await requested({ key: 'k', n: 1 });
    const { delivery, batch } = delivering(({ data, key }, tx) => {
      if (data.n === 1) tx.send(world.contract, { key, n: 2 });
    });
    const first = await relayed();
    recorded.takes = true;
    await delivery.deliver(batch(...first));
    const second = await relayed();
    expect(recorded.spans).toEqual([]);
    expect(placeIn(second[0]!)).toEqual({ ...placeIn(first[0]!)!, spanId: expect.any(String), recorded: false });
    expect(placeIn(second[0]!)!.spanId).not.toBe(placeIn(first[0]!)!.spanId);
  });
});

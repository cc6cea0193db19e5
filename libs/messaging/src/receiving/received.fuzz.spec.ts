import { expect, test } from '@jest/globals';
import { type Contract, exchangeOf, queueOf, text, topicOf } from '@waybill/contract-kit';
import { contracts as published } from '@waybill/contracts';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Mutator, randomFrom } from '@waybill/testing';
import { decode, encode } from '../envelope.js';
import { newId } from '../ids.js';
import type { RawMessage } from '../message.js';
import { TRACEPARENT } from '../trace.js';
import { defaultTuning } from '../tuning.js';
import { judgedAt, receive, type Received } from './received.js';

const ENVELOPES = 1_000_000;
const contracts = new Map<string, Contract>(published.map((contract) => [contract.type, contract]));
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** A real message of each contract, as its sender writes it and its broker brings it. */
const seeds = published.map((contract: Contract) => {
  const sender = contract.kind === 'event' ? contract.emittedBy : contract.sentBy[0]!;
  const { body } = encode(contract, contract.sample, sender, newId(), TRACE);
  const way: Omit<RawMessage, 'body'> =
    contract.kind === 'event'
      ? { stream: topicOf(sender), source: `${topicOf(sender)}/0@7`, ordered: true, route: undefined }
      : {
          stream: queueOf(contract.handledBy),
          source: exchangeOf(sender),
          ordered: false,
          route: { exchange: exchangeOf(sender), key: contract.type },
        };
  return { body, way };
});

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const keepable = text(200);

/** What must hold of whatever arrives. Undefined when it does: a million of `expect` would take minutes. */
function wrongWith(received: Received, body: Buffer): string | undefined {
  const { id, key, type, traceparent } = received;
  if (!UUID.test(id)) return `its id ${id} is none`;
  // Each can be parked: PostgreSQL keeps these texts.
  if (!keepable.safeParse(key).success || !keepable.safeParse(type).success) return 'its key or its type cannot be kept';
  if (traceparent !== undefined && !TRACEPARENT.test(traceparent)) return 'its trace is none';
  if (received.what !== 'message') return undefined;
  const { contract, data, sequence } = received;
  const envelope = decode(body);
  if (envelope.type !== contract.type) return 'it is handled as another type';
  if (!contract.schema.safeParse(envelope.data).success) return 'its data do not fit their contract';
  if (contract.key(data) !== key) return 'its key is not the one of its data';
  if (contract.kind === 'event' && sequence !== contract.sequence(data)) return 'its sequence is not the one of its data';
  return undefined;
}

/** What is reachable: garbage of the last moments was 100 MB, by luck more or less. */
function heapInMb(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

test('nothing that arrives breaks the receiver, and nothing that is no message is handled: a million, made from real ones', () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 32);
  const random = randomFrom(seed);
  const mutator = new Mutator(
    seeds.map(({ body }) => body),
    random,
  );
  const now = Date.now();
  const counts = { message: 0, poison: 0, unknown: 0, skip: 0 };
  let heapBefore = 0;
  for (let n = 1; n <= ENVELOPES; n++) {
    const { bytes: body, seed: from } = mutator.next();
    // Most come the way of their seed: what is wrong with them is then not seen by that alone.
    const { way } = random() < 0.9 ? seeds[from]! : seeds[Math.floor(random() * seeds.length)]!;
    let wrong: string | undefined;
    try {
      const received = judgedAt(
        now,
        receive({ body, ...way }, contracts, () => true),
        defaultTuning.inboxDays,
      );
      counts[received.what] += 1;
      wrong = wrongWith(received, body);
    } catch (error) {
      wrong = `it throws ${String(error)}`;
    }
    if (wrong !== undefined) throw new Error(`FUZZ_SEED=${seed}, number ${n}: ${wrong}: ${body.toString().slice(0, 2_000)}`);
    if (n === ENVELOPES / 4) heapBefore = heapInMb();
  }
  expect({}).not.toHaveProperty('polluted');
  expect(heapInMb() - heapBefore).toBeLessThan(5);
  // It has met all kinds, or it proves nothing: the one that is rare is a message that is still one.
  expect(Object.entries(counts).filter(([what, count]) => what !== 'skip' && count < 1_000)).toEqual([]);
}, 600_000);

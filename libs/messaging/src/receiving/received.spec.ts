import { describe, expect, test } from '@jest/globals';
import { command, event, type Contract } from '@waybill/contract-kit';
import { contracts as published } from '@waybill/contracts';
import { valuesOf } from '@waybill/testing';
import fc from 'fast-check';
import { z } from 'zod';
import { decode, encode, payloadOf } from '../envelope.js';
import { dayOf, derivedId, newId } from '../ids.js';
import type { RawMessage } from '../message.js';
import { judgedAt, receive } from './received.js';
import { defaultTuning } from '../tuning.js';

const schema = z.strictObject({ orderId: z.string(), version: z.int() });
const sample = { orderId: 'o-1', version: 3 };
const thingDone = event({
  type: 'thing.done.v1',
  emittedBy: 'order',
  handledBy: ['payment'],
  key: (p) => p.orderId,
  sequence: (p) => p.version,
  schema,
  sample,
});
const doThing = command({ type: 'thing.do.v1', sentBy: ['order'], handledBy: 'payment', key: (p) => p.orderId, schema, sample });
const contracts = new Map<string, Contract>([thingDone, doThing].map((contract) => [contract.type, contract]));

const bytesOf = (
  contract: Contract,
  change: (envelope: Record<string, unknown>) => unknown = (envelope) => envelope,
  id = newId(),
) => Buffer.from(JSON.stringify(change(JSON.parse(encode(contract, sample, 'order', id, undefined).body.toString()))));
/** An id as it was drawn at that time. */
const idOf = (time: number) => {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-${newId().slice(14)}`;
};
const arrives = (
  body: Buffer,
  {
    ordered = true,
    source = 'order.events/0@7',
    stream = ordered ? 'order.events' : 'payment.work',
    route,
    handles = () => true,
  }: Partial<Omit<RawMessage, 'body'>> & { handles?: (type: string) => boolean } = {},
) => receive({ body, stream, source, ordered, route }, contracts, handles);
/** As a first delivery has it. */
const judged = (body: Buffer) => judgedAt(Date.now(), arrives(body), defaultTuning.inboxDays);

describe('what arrives', () => {
  test('a message of a known contract is understood, with the key and the sequence of its envelope', () => {
    expect(arrives(bytesOf(thingDone))).toMatchObject({
      what: 'message',
      type: 'thing.done.v1',
      key: 'o-1',
      sequence: 3,
      data: sample,
    });
  });

  test.each([
    ['Canary, who is no JSON'],
    ['{"specversion": "1.0", "data": canary@example.com}'],
    ['["Canary"] Canary'],
    [JSON.stringify({ type: ['Canary'], data: 'Canary' })],
    [bytesOf(thingDone, (envelope) => ({ ...envelope, data: { orderId: ['Canary'], version: 'Canary' } })).toString()],
  ])('poison is not quoted by its reason: %s', (body) => {
    const received = arrives(Buffer.from(body));
    expect(received).toMatchObject({ what: 'poison', reason: expect.stringContaining(' ') });
    expect((received as { reason: string }).reason).not.toMatch(/canary/i);
  });

  test('a known event without a handler here is skipped', () => {
    expect(arrives(bytesOf(thingDone), { handles: () => false }).what).toBe('skip');
  });

  test('a known command without a handler here waits for the upgrade, because nobody else will take it', () => {
    expect(arrives(bytesOf(doThing), { ordered: false, handles: () => false }).what).toBe('unknown');
  });

  test('an unknown type or version waits for the upgrade, with its key', () => {
    const body = bytesOf(thingDone, (envelope) => ({ ...envelope, type: 'thing.done.v2' }));
    expect(arrives(body)).toMatchObject({ what: 'unknown', type: 'thing.done.v2', key: 'o-1' });
  });

  test('a message older than the inbox remembers is a dead letter when it comes first: too old to tell. It holds its key', () => {
    const body = bytesOf(thingDone, undefined, idOf(Date.now() - 20 * 86_400_000));
    expect(judged(body)).toMatchObject({ what: 'poison', key: 'o-1', reason: expect.stringContaining('Too old to tell') });
  });

  test('a message that was parked is never too old: its row proves that it was not handled', () => {
    expect(arrives(bytesOf(thingDone, undefined, idOf(Date.now() - 20 * 86_400_000)))).toMatchObject({ what: 'message' });
  });

  test('an id of the future is not believed: a dead letter under an id of its own', () => {
    expect(judged(bytesOf(thingDone, undefined, idOf(Date.now() + 240_000)))).toMatchObject({ what: 'message' });
    const ahead = judged(bytesOf(thingDone, undefined, idOf(Date.now() + 360_000)));
    expect(ahead).toMatchObject({ what: 'poison', key: ahead.id, reason: expect.stringContaining('which is not yet') });
    expect(dayOf(ahead.id)).toBe('1970-01-01');
  });

  test('an id has one form, whatever its letters', () => {
    const id = newId();
    expect(arrives(bytesOf(thingDone, undefined, id.toUpperCase()))).toMatchObject({ what: 'message', id });
  });

  test('a trace that is not by the form of W3C is as good as none', () => {
    const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const of = (traceparent: unknown) => arrives(bytesOf(thingDone, (envelope) => ({ ...envelope, traceparent })));
    expect(of(trace)).toMatchObject({ what: 'message', traceparent: trace });
    for (const other of ['00-\0', trace.replaceAll('a', '0'), trace.replaceAll('b', '0'), 17, `${trace}-00`])
      expect(of(other)).toMatchObject({ what: 'message', traceparent: undefined });
  });

  test('an event without a sequence has that of its data', () => {
    const body = bytesOf(thingDone, ({ sequence: _, ...envelope }) => envelope);
    expect(arrives(body)).toMatchObject({ what: 'message', sequence: 3 });
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'empty'],
    ['no JSON', Buffer.from('hello'), 'not JSON'],
    ['half a JSON', bytesOf(thingDone).subarray(0, 40), 'not JSON'],
    ['null', Buffer.from('null'), 'no CloudEvent'],
    ['an array', Buffer.from('[]'), 'no CloudEvent'],
    ['another event format', bytesOf(thingDone, ({ data }) => data), 'no CloudEvent'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'not JSON in UTF-8'],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytesOf(thingDone)]), 'not JSON'],
    ['a key named __proto__', Buffer.from(bytesOf(thingDone).toString().replace('"orderId"', '"__proto__"')), '__proto__'],
    ['data without a field', bytesOf(thingDone, (envelope) => ({ ...envelope, data: { orderId: 'o-1' } })), 'version'],
    ['data with one field too many', bytesOf(thingDone, (envelope) => ({ ...envelope, data: { ...sample, price: 1 } })), 'price'],
    ['an id that is no UUIDv7', bytesOf(thingDone, (envelope) => ({ ...envelope, id: '17' })), 'id'],
    [
      'a key named __proto__, written with an escape',
      Buffer.from(bytesOf(thingDone).toString().replace('"orderId"', '"\\u005f_proto__"')),
      '__proto__',
    ],
    ['more than 256 kB', Buffer.alloc(300_000, 0x20), '300000 bytes'],
  ])('%s is poison, and says why', (_, body, reason) => {
    expect(arrives(body)).toMatchObject({ what: 'poison', reason: expect.stringContaining(reason) });
  });

  const changed = (change: object) => bytesOf(thingDone, (envelope) => ({ ...envelope, ...change }));
  const asked = (change: object = {}) => bytesOf(doThing, (envelope) => ({ ...envelope, ...change }));
  const route = { exchange: 'order.commands', key: 'thing.do.v1' };
  test.each([
    ['of another service', () => arrives(changed({ source: '/notification' })), 'comes from order, not from /notification'],
    [
      'by the stream of another service',
      () => arrives(changed({}), { stream: 'payment.events' }),
      'comes by order.events, not by',
    ],
    [
      'of the other kind',
      () => arrives(changed({}), { ordered: false, stream: 'payment.work' }),
      'comes by order.events, not by',
    ],
    ['under the key of another order', () => arrives(changed({ partitionkey: 'o-2' })), 'key of its data is o-1'],
    ['with the sequence of another version', () => arrives(changed({ sequence: '99' })), 'sequence is 99, by its data 3'],
    [
      'of a service that may not send it',
      () => arrives(asked({ source: '/payment' }), { ordered: false, route }),
      'comes from order',
    ],
    [
      'routed as another command',
      () => arrives(asked(), { ordered: false, route: { ...route, key: 'thing.undo.v1' } }),
      'was routed as thing.undo.v1',
    ],
    [
      "by another service's exchange",
      () => arrives(asked(), { ordered: false, route: { ...route, exchange: 'payment.commands' } }),
      'comes by the exchange order.commands',
    ],
    ['with data that does not fit', () => arrives(changed({ data: {} })), 'does not fit'],
  ])('a message %s is a dead letter that holds back no key but its own', (_, arrival, reason) => {
    const poison = arrival();
    expect(poison).toMatchObject({ what: 'poison', key: poison.id, reason: expect.stringContaining(reason) });
    expect(poison.sequence).toBeUndefined();
  });

  test('a command that comes as its contract says is understood', () => {
    expect(arrives(asked(), { ordered: false, route })).toMatchObject({
      what: 'message',
      type: 'thing.do.v1',
      sequence: undefined,
    });
  });

  test('bytes without an id get one from where they were: the same at every redelivery, another at another place', () => {
    const body = Buffer.from('hello');
    expect(arrives(body).id).toBe(arrives(body).id);
    expect(arrives(body).id).not.toBe(arrives(body, { source: 'order.events/0@8' }).id);
    expect(arrives(body, { ordered: false, source: 'here' }).id).toBe(arrives(body, { ordered: false, source: 'there' }).id);
    // A topic that was made anew counts from zero again.
    expect(arrives(body).id).not.toBe(arrives(Buffer.from('hullo')).id);
    expect(derivedId('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/);
  });
});

// A retry skips, rejects or handles what a first delivery would: no message waits for a judgement that never comes.
test('a first delivery and a retry judge alike, but for the age: a parked row proves that it was not handled', () => {
  const now = Date.now();
  const envelope = fc.record(
    {
      id: fc.nat(40).map((days) => idOf(now - days * 86_400_000)),
      type: fc.constantFrom('thing.done.v1', 'thing.do.v1', 'thing.done.v2', '__proto__', 'constructor', ''),
      partitionkey: fc.constantFrom('o-1', '', '__proto__', '\0'),
      data: fc.oneof(fc.constant(sample), fc.jsonValue()),
    },
    { requiredKeys: ['id', 'type'] },
  );
  const body = fc.oneof(
    envelope.map((changes) => bytesOf(thingDone, (before) => ({ ...before, ...changes }))),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(body, fc.boolean(), fc.boolean(), (bytes, ordered, handled) => {
      const raw = { body: bytes, stream: 'order.events', source: 'order.events/0@7', ordered };
      const parked = receive(raw, contracts, () => handled);
      const fresh = judgedAt(now, parked, defaultTuning.inboxDays);
      const tooOld = fresh.what === 'poison' && fresh.reason.startsWith('Too old to tell');
      expect(tooOld ? judgedAt(now, parked, 10_000) : fresh).toEqual(parked);
    }),
    { numRuns: 1_000 },
  );
});

describe('what is sent', () => {
  test('an invalid payload is refused with every problem named', () => {
    expect(() => encode(thingDone, { orderId: 1 }, 'order', newId(), undefined)).toThrow(/orderId.*version/);
  });

  test('a key or a sequence that no receiver takes is refused', () => {
    expect(() => encode(thingDone, { orderId: 'a\0b', version: 1 }, 'order', newId(), undefined)).toThrow('key "a\\u0000b"');
    expect(() => encode(thingDone, { orderId: 'o-1', version: 0 }, 'order', newId(), undefined)).toThrow('sequence 0');
  });

  // The next hop can carry what one hop takes: a text is judged as a text, whatever it would mean as a name.
  test.each(published.map((contract) => [contract.type, contract] as const))(
    '%s: what is sent arrives as it was',
    (_, contract) => {
      const sender = contract.kind === 'event' ? contract.emittedBy : contract.sentBy[0]!;
      fc.assert(
        fc.property(valuesOf(contract.schema), (payload) => {
          const { body } = encode(contract, payload, sender, newId(), undefined);
          expect(payloadOf(contract, decode(body))).toEqual(contract.schema.parse(payload));
        }),
        { numRuns: 300 },
      );
    },
  );

  test('a payload above 256 kB is refused', () => {
    const large = { ...thingDone, schema: schema.extend({ text: z.string() }) } as Contract;
    expect(() => encode(large, { ...sample, text: 'x'.repeat(300_000) }, 'order', newId(), undefined)).toThrow('at most 262144');
  });
});

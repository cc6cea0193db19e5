import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { command, event, type Contract, type ServiceName } from '@waybill/contracts';
import { z } from 'zod';
import { encode } from './envelope.js';
import { derivedId, newId } from './ids.js';
import { receive } from './received.js';
import { defaultTuning } from './tuning.js';

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
    handles = () => true,
  }: { ordered?: boolean; source?: string; handles?: (type: string) => boolean } = {},
) => receive({ body, stream: ordered ? 'order.events' : 'payment.work', source, ordered }, contracts, handles, defaultTuning);

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

  test('a message older than the inbox remembers is a dead letter: too old to tell', () => {
    const body = bytesOf(thingDone, undefined, idOf(Date.now() - 20 * 86_400_000));
    expect(arrives(body)).toMatchObject({ what: 'poison', reason: expect.stringContaining('Too old to tell') });
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
    ['more than 256 kB', Buffer.alloc(300_000, 0x20), '300000 bytes'],
  ])('%s is poison, and says why', (_, body, reason) => {
    expect(arrives(body)).toMatchObject({ what: 'poison', reason: expect.stringContaining(reason) });
  });

  test('bytes without an id get one from where they were: the same at every redelivery, another at another place', () => {
    const body = Buffer.from('hello');
    expect(arrives(body).id).toBe(arrives(body).id);
    expect(arrives(body).id).not.toBe(arrives(body, { source: 'order.events/0@8' }).id);
    expect(arrives(body, { ordered: false, source: 'here' }).id).toBe(arrives(body, { ordered: false, source: 'there' }).id);
    expect(derivedId('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/);
  });
});

// What a first delivery would skip, reject or handle, a retry does as well: nothing waits for a judgement that never comes.
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
      const judge = (known: 'fresh' | 'parked', inboxDays = defaultTuning.inboxDays) =>
        receive(raw, contracts, () => handled, { ...defaultTuning, inboxDays }, known);
      const fresh = judge('fresh');
      const tooOld = fresh.what === 'poison' && fresh.reason.startsWith('Too old to tell');
      expect(judge('parked')).toEqual(tooOld ? judge('fresh', 10_000) : fresh);
    }),
    { numRuns: 1_000 },
  );
});

describe('what is sent', () => {
  test('an invalid payload is refused with every problem named', () => {
    expect(() => encode(thingDone, { orderId: 1 }, 'order', newId(), undefined)).toThrow(/orderId.*version/);
  });

  test('a payload above 256 kB is refused', () => {
    expect(() =>
      encode(thingDone, { orderId: 'x'.repeat(300_000), version: 1 }, 'order' as ServiceName, newId(), undefined),
    ).toThrow('at most 262144');
  });
});

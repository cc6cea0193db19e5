import { describe, expect, it } from '@jest/globals';
import { contracts, SERVICES, type Contract } from './index.js';

const each = contracts.map((contract) => [contract.type, contract] as const);

/** The contract's sample with the text field `path` replaced, for every text field in it. */
function withEveryText(contract: Contract, change: (text: string) => string): [string, unknown][] {
  const sample = contract.sample as Record<string, unknown>;
  return Object.keys(sample)
    .filter((field) => typeof sample[field] === 'string')
    .map((field) => [field, { ...sample, [field]: change(sample[field] as string) }]);
}

describe('every contract', () => {
  it('has a type of its own, with a version', () => {
    const types = contracts.map((contract) => contract.type);
    expect(new Set(types).size).toBe(types.length);
    for (const type of types) expect(type).toMatch(/^[a-z]+(\.[a-z]+(-[a-z]+)*)+\.v[1-9]\d*$/);
  });

  it.each(each)('%s has a valid sample, as short as it goes over the wire', (_, contract) => {
    expect(contract.schema.parse(JSON.parse(JSON.stringify(contract.sample)))).toEqual(contract.sample);
  });

  it.each(each)('%s has a key, and an event a sequence that counts from 1', (_, contract) => {
    expect(contract.key(contract.sample)).toMatch(/./);
    const sequence = contract.kind === 'event' ? contract.sequence(contract.sample) : 1;
    expect(sequence).toBeGreaterThanOrEqual(1);
  });

  it.each(each)('%s is sent and handled by services that exist', (_, contract) => {
    const named =
      contract.kind === 'event' ? [contract.emittedBy, ...contract.handledBy] : [...contract.sentBy, contract.handledBy];
    expect(SERVICES).toEqual(expect.arrayContaining(named));
  });

  it('begins with a word of one service, its name or what it keeps: who reads the type knows whose the message is', () => {
    const owners = new Map<string, Set<string>>(SERVICES.map((service) => [service, new Set([service])]));
    for (const contract of contracts) {
      const word = contract.type.split('.')[0]!;
      owners.set(word, (owners.get(word) ?? new Set()).add(contract.kind === 'event' ? contract.emittedBy : contract.handledBy));
    }
    expect([...owners].filter(([, services]) => services.size > 1)).toEqual([]);
  });

  it.each(each)('%s takes no field that it does not know', (_, contract) => {
    expect(contract.schema.safeParse({ ...(contract.sample as object), surprise: 1 }).success).toBe(false);
  });

  it.each(each)('%s is marked as personal when it names a customer, an address or a way to pay', (_, contract) => {
    const named = Object.keys(contract.sample as object).filter((field) => /customer|email|method/i.test(field));
    expect(contract.personal ?? false).toBe(named.length > 0);
  });

  // Kafka cannot forget. What was published before lies in the topic for its retention.
  it.each(each.filter(([type, { kind }]) => kind === 'event' && type !== 'order.placed.v1'))(
    '%s, an event, says nothing about a customer',
    (_, contract) => {
      expect(Object.keys(contract.sample as object)).not.toContainEqual(
        expect.stringMatching(/customer|email|name|address|phone|method|card/i),
      );
    },
  );

  // PostgreSQL refuses both (`text` the first, `jsonb` either): such a message could be neither handled nor parked as JSON.
  it.each(each)('%s refuses U+0000 and lone surrogates in every text', (_, contract) => {
    for (const bad of ['\0', '\uD800', '\uDC00']) {
      for (const [field, payload] of withEveryText(contract, (text) => `${text.slice(0, -1)}${bad}`)) {
        expect({ field, accepted: contract.schema.safeParse(payload).success }).toEqual({ field, accepted: false });
      }
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import { paymentChargeInAHurry } from './fixtures/incompatible-change.js';
import { deployOrder, goldenOf, incompatibilities, refusal, type Golden } from './golden.js';
import { contracts, type Contract } from './index.js';

const folder = new URL('../golden/', import.meta.url);
const published = (type: string) => JSON.parse(readFileSync(new URL(`${type}.json`, folder), 'utf8')) as Golden;
const files = readdirSync(folder).map((name) => name.replace(/\.json$/, ''));

/** What the author of a change reads: nothing when the contract can still stand for what was published under its type. */
function refusalOf(contract: Contract): string {
  const reasons = incompatibilities(published(contract.type), contract);
  return reasons.length > 0 ? refusal(contract.type, reasons) : '';
}

describe('golden files', () => {
  it('exist for every contract, and for nothing else (a published contract is not removed while messages of it may exist)', () => {
    expect(files.toSorted()).toEqual(contracts.map((contract) => contract.type).toSorted());
  });

  it.each(contracts.map((contract) => [contract.type, contract] as const))('%s still means what was published', (_, contract) => {
    expect(refusalOf(contract)).toBe('');
  });

  it.each(contracts.map((contract) => [contract.type, contract] as const))(
    '%s is written down as it is now',
    (type, contract) => {
      const now = JSON.parse(JSON.stringify(goldenOf(contract))) as Golden;
      const unrecorded = refusalOf(contract) === '' && JSON.stringify(now) !== JSON.stringify(published(type));
      const advice = `${type} has changed compatibly: write that down with \`npm run golden -w @waybill/contracts\` and commit the file.`;
      expect(unrecorded ? advice : '').toBe('');
    },
  );
});

/** One published contract, changed. */
function changed<K extends Contract['kind']>(kind: K, change: (contract: Extract<Contract, { kind: K }>) => object): string {
  const contract = contracts.find((each) => each.kind === kind) as Extract<Contract, { kind: K }>;
  return refusalOf({ ...contract, ...change(contract) } as Contract);
}

describe('an incompatible change', () => {
  it('of the sequence is refused: who compares versions would take new for old', () => {
    expect(changed('event', (event) => ({ sequence: (payload: never) => event.sequence(payload) + 1 }))).toMatch(
      /another sequence/,
    );
  });

  it('of who sends it is refused: what is on its way would be taken for a forgery', () => {
    expect(changed('event', ({ emittedBy }) => ({ emittedBy: emittedBy === 'order' ? 'payment' : 'order' }))).toMatch(
      /no longer come from order/,
    );
    expect(changed('command', () => ({ sentBy: [] }))).toMatch(/no longer come from/);
  });

  it('of who handles a command is refused: what waits in its queue would have no handler', () => {
    expect(changed('command', ({ handledBy }) => ({ handledBy: handledBy === 'order' ? 'payment' : 'order' }))).toMatch(
      /waits in the queue of/,
    );
  });

  it('of what a payload is read as is refused, also where its schema looks the same', () => {
    const somebodyElses = (payload: object) => ({ ...payload, currency: 'somebody else’s' });
    expect(changed('event', ({ schema }) => ({ schema: (schema as z.ZodType<object>).overwrite(somebodyElses) }))).toMatch(
      /is read as something else: currency/,
    );
  });

  it('is refused, with what breaks and what to do', () => {
    expect(refusalOf(paymentChargeInAHurry)).toMatch(
      /payload\.amount is gone[^]*payload\.total is new and required[^]*payload\.channel is new[^]*add payment\.charge\.v2 beside it/,
    );
  });

  it('of the kind is refused: the message would travel by another broker', () => {
    const [event] = contracts.filter((contract) => contract.kind === 'event');
    expect(incompatibilities({ ...published(event!.type), kind: 'command' }, event!)).toContainEqual(
      expect.stringContaining('another broker'),
    );
  });

  it('of the key is refused: order per key would be lost', () => {
    const [event] = contracts.filter((contract) => contract.kind === 'event');
    expect(incompatibilities({ ...published(event!.type), key: 'customer-17' }, event!)).toContainEqual(
      expect.stringContaining('another key'),
    );
  });
});

describe('a compatible change', () => {
  const command = contracts.find((contract) => contract.type === 'payment.charge.v2') as Extract<Contract, { kind: 'command' }>;

  it('that adds a sender: its reader goes first, since an old one takes the new sender for a forger', () => {
    const more = { ...command, sentBy: [...command.sentBy, 'notification'] } as Contract;
    expect(incompatibilities(published(command.type), more)).toEqual([]);
    expect(deployOrder(published(command.type), more)).toBe(
      'Deploy payment before order and notification: a reader of the old build refuses it, because it may come from notification.',
    );
  });

  it('that is none has no order', () => {
    expect(deployOrder(published(command.type), command)).toBeUndefined();
  });
});

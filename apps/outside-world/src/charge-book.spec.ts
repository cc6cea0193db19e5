import { describe, expect, it } from '@jest/globals';
import { ChargeBook, Conflict, type ChargeRequest } from './charge-book.js';
import type { ChargeLine } from './charge-line.js';

const AT = '2026-11-24T08:00:00.000Z';
const charge = (more: Partial<ChargeRequest> = {}): ChargeRequest => ({
  idempotencyKey: 'charge-1',
  reference: 'order-1',
  amount: 2598,
  currency: 'EUR',
  paymentMethod: 'pm_ok',
  ...more,
});
const reversal = { idempotencyKey: 'reverse-1', reference: 'order-1' };

/** A book that has seen some calls, in two ways: as the calls made it, and as a restart reads it from the lines. */
function given(...calls: ((book: ChargeBook) => { line: ChargeLine })[]): [string, ChargeBook][] {
  const written = new ChargeBook();
  const lines = calls.map((call) => call(written).line);
  return [
    ['still running', written],
    ['started again', new ChargeBook(JSON.parse(JSON.stringify(lines)) as ChargeLine[])],
  ];
}
const charged =
  (more: Partial<ChargeRequest> = {}) =>
  (book: ChargeBook) =>
    book.charge(charge(more), AT);
const reversed = (book: ChargeBook) => book.reverse(reversal, AT);

describe('a charge', () => {
  it('moves the money', () => {
    const { line, answer } = new ChargeBook().charge(charge(), AT);
    expect(line).toMatchObject({ seq: 1, kind: 'charge', reference: 'order-1', amount: 2598, effect: true, answered: true });
    expect(answer.outcome).toBe('charged');
  });

  it.each(given(charged()))('with the same key is answered as before and moves nothing (%s)', (_, book) => {
    const { line, answer } = book.charge(charge(), 'later');
    expect(line).toMatchObject({ seq: 2, effect: false });
    expect(answer).toMatchObject({ seq: 1, at: AT, outcome: 'charged' });
  });

  it.each(given(charged()))('with another key for the same reference moves nothing (%s)', (_, book) => {
    const { line, answer } = book.charge(charge({ idempotencyKey: 'charge-2' }), 'later');
    expect(line).toMatchObject({ seq: 2, effect: false });
    expect(answer.seq).toBe(1);
  });

  it.each(given(charged()))('that contradicts an earlier one is refused (%s)', (_, book) => {
    expect(() => book.charge(charge({ amount: 1 }), AT)).toThrow(Conflict);
    expect(() => book.charge(charge({ reference: 'order-2' }), AT)).toThrow(Conflict);
    expect(() => book.charge(charge({ idempotencyKey: 'charge-2', amount: 1 }), AT)).toThrow(Conflict);
  });

  it.each(given(charged({ paymentMethod: 'pm_declined' })))('that was declined stays declined (%s)', (_, book) => {
    const { line, answer } = book.charge(charge({ paymentMethod: 'pm_declined' }), 'later');
    expect(line.effect).toBe(false);
    expect(answer).toMatchObject({ seq: 1, outcome: 'declined', reason: 'insufficient funds' });
  });

  it('by an unknown payment method is declined', () => {
    const { line } = new ChargeBook().charge(charge({ paymentMethod: 'constructor' }), AT);
    expect(line).toMatchObject({ effect: false, outcome: 'declined', reason: 'unknown payment method' });
  });
});

describe('an answer that is withheld', () => {
  const after = { paymentMethod: 'pm_timeout_charged' };
  const before = { paymentMethod: 'pm_timeout_not_charged' };

  it.each(given(charged(after)))('after the charge: the money has moved, and the second call says so (%s)', (_, book) => {
    expect(book.lookUp('order-1', AT).answer.outcome).toBe('charged');
    const { line, answer } = book.charge(charge(after), AT);
    expect(line).toMatchObject({ effect: false, answered: true });
    expect(answer).toMatchObject({ seq: 1, effect: true, answered: false, outcome: 'charged' });
  });

  it.each(given(charged(before)))('before the charge: nothing is known, and the second call moves the money (%s)', (_, book) => {
    expect(book.lookUp('order-1', AT).answer.outcome).toBe('none');
    expect(book.charge(charge(before), AT).line).toMatchObject({ effect: true, answered: true, outcome: 'charged' });
  });
});

describe('a reversal', () => {
  it.each(given(charged()))('gives back what was charged (%s)', (_, book) => {
    expect(book.reverse(reversal, AT).line).toMatchObject({ kind: 'refund', amount: 2598, currency: 'EUR', effect: true });
    expect(book.lookUp('order-1', AT).answer.outcome).toBe('refunded');
  });

  it.each(given(charged(), reversed))('gives it back once, under any key (%s)', (_, book) => {
    const again = book.reverse(reversal, AT);
    const other = book.reverse({ ...reversal, idempotencyKey: 'reverse-2' }, AT);
    for (const { line, answer } of [again, other]) {
      expect(line.effect).toBe(false);
      expect(answer).toMatchObject({ seq: 2, outcome: 'refunded' });
    }
  });

  it.each(given(reversed))('closes what was not charged, and a charge that comes later is declined (%s)', (_, book) => {
    expect(book.lookUp('order-1', AT).answer.outcome).toBe('closed');
    expect(book.charge(charge(), AT).line).toMatchObject({ effect: false, outcome: 'declined', reason: 'closed' });
    expect(book.lookUp('order-1', AT).answer.outcome).toBe('closed');
  });

  it.each(given(charged(), reversed))('is not undone by a late copy of the charge (%s)', (_, book) => {
    expect(book.charge(charge(), AT).line.effect).toBe(false);
    expect(book.charge(charge({ idempotencyKey: 'charge-2' }), AT).line).toMatchObject({ effect: false, reason: 'closed' });
    expect(book.lookUp('order-1', AT).answer.outcome).toBe('refunded');
  });
});

describe('a call that is turned away', () => {
  const call = { kind: 'charge', reference: 'order-1', idempotencyKey: 'charge-1', amount: 2598, currency: 'EUR' } as const;
  const refused = (book: ChargeBook) => book.turnAway(call, AT, 503);
  const lost = (book: ChargeBook) => book.turnAway(call, AT);

  it.each(given(refused, lost))('leaves a line and nothing else (%s)', (_, book) => {
    expect(book.lookUp('order-1', AT).answer).toMatchObject({ seq: 3, outcome: 'none' });
    expect(book.charge(charge(), AT).line).toMatchObject({ seq: 4, effect: true });
  });

  it('is answered with an error, or not at all', () => {
    expect(refused(new ChargeBook()).line).toMatchObject({ effect: false, answered: true, status: 503 });
    expect(lost(new ChargeBook()).line).toMatchObject({ effect: false, answered: false });
  });
});

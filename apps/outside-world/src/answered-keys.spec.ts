import { describe, expect, it } from '@jest/globals';
import { ChargeBook, Conflict, type Entry, type Terms } from './charge-book.js';
import type { ChargeLine } from './charge-line.js';

const everything: Terms = { keys: 'replay-everything', keysExpireMs: 0 };
const successes: Terms = { keys: 'replay-successes', keysExpireMs: 0 };
const expire: Terms = { keys: 'expire', keysExpireMs: 1_000 };
const before = (rule: Terms): Terms => ({ ...rule, fails: 'before' });
const after = (rule: Terms): Terms => ({ ...rule, fails: 'after' });

/** A time of the same morning, in milliseconds after eight. */
const at = (ms: number) => new Date(Date.parse('2026-11-24T08:00:00.000Z') + ms).toISOString();

type Call = (book: ChargeBook) => Entry;
interface Ask {
  readonly key?: string;
  readonly order?: string;
  readonly ms?: number;
}
const charge =
  (terms: Terms, { key = 'key-1', order = 'order-1', ms = 0 }: Ask = {}): Call =>
  (book) =>
    book.charge({ idempotencyKey: key, reference: order, amount: 2598, currency: 'EUR', paymentMethod: 'pm_ok' }, at(ms), terms);
const reverse =
  (terms: Terms, key = 'reverse-1'): Call =>
  (book) =>
    book.reverse({ idempotencyKey: key, reference: 'order-1' }, at(0), terms);
const state = (book: ChargeBook) => book.lookUp('order-1', at(0)).answer.outcome;

/** A book that has seen some calls, in two ways: as the calls made it, and as a restart reads it from the lines. */
function given(...calls: Call[]): [string, ChargeBook][] {
  const written = new ChargeBook();
  const lines = calls.map((call) => call(written).line);
  return [
    ['still running', written],
    ['started again', new ChargeBook(JSON.parse(JSON.stringify(lines)) as ChargeLine[])],
  ];
}

describe('where everything is replayed', () => {
  it.each(given(charge(before(everything))))('an error before the charge is the answer of its key for ever (%s)', (_, book) => {
    for (const ms of [1, 86_400_000])
      expect(charge(everything, { ms })(book).line).toMatchObject({ outcome: 'failed', status: 500, effect: false });
    expect(state(book)).toBe('none');
    expect(charge(everything, { key: 'key-2' })(book).line).toMatchObject({ outcome: 'charged', effect: true });
    expect(charge(everything)(book).line).toMatchObject({ status: 500, effect: false });
  });

  it.each(given(charge(after(everything))))('an error after the charge too, though the money has moved (%s)', (_, book) => {
    expect(charge(everything)(book).line).toMatchObject({ outcome: 'charged', status: 500, effect: false });
    expect(state(book)).toBe('charged');
    const other = charge(everything, { key: 'key-2' })(book);
    expect(other.line).toMatchObject({ outcome: 'charged', effect: false });
    expect(other.line.status).toBeUndefined();
  });

  it.each(given(charge(after(everything)), reverse(everything), charge(everything)))(
    'a replayed error does not undo a refund (%s)',
    (_, book) => expect(state(book)).toBe('refunded'),
  );

  it.each(given(charge(everything), reverse(before(everything))))(
    'a failed reversal stays failed under its key, and another key gives the money back (%s)',
    (_, book) => {
      expect(reverse(everything)(book).line).toMatchObject({ outcome: 'failed', status: 500, effect: false });
      expect(reverse(everything, 'reverse-2')(book).line).toMatchObject({ outcome: 'refunded', effect: true });
    },
  );

  it.each(given(charge(everything), charge(after(everything), { key: 'key-2' })))(
    'another key keeps its own error, though the reference has a good answer (%s)',
    (_, book) => {
      expect(charge(everything, { key: 'key-2' })(book).line).toMatchObject({ status: 500, effect: false });
      expect(charge(everything)(book).line.status).toBeUndefined();
    },
  );

  it.each(given(charge(before(successes)), charge(successes)))(
    'the first answer counts, also one from a time with another rule (%s)',
    (_, book) => expect(charge(everything)(book).line).toMatchObject({ status: 500, effect: false }),
  );

  it('a contradicting call is refused also where the key was answered with an error', () => {
    const [[, book]] = given(charge(before(everything))) as [[string, ChargeBook]];
    expect(() => charge(everything, { order: 'order-2' })(book)).toThrow(Conflict);
  });
});

describe('where successes are replayed', () => {
  it.each(given(charge(before(successes))))('the same key tries again after an error (%s)', (_, book) => {
    expect(charge(before(successes))(book).line).toMatchObject({ status: 500, effect: false });
    expect(charge(successes)(book).line).toMatchObject({ outcome: 'charged', effect: true });
    expect(charge(before(successes))(book).line).toMatchObject({ outcome: 'charged', effect: false });
  });

  it.each(given(charge(after(successes))))('money that moved before the error does not move again (%s)', (_, book) => {
    const { line, answer } = charge(successes)(book);
    expect(line).toMatchObject({ outcome: 'charged', effect: false });
    expect(line.status).toBeUndefined();
    expect(answer.seq).toBe(1);
  });

  it.each(given(charge(successes), reverse(after(successes))))('nor is it given back twice (%s)', (_, book) => {
    expect(reverse(successes)(book).line).toMatchObject({ outcome: 'refunded', effect: false });
    expect(state(book)).toBe('refunded');
  });
});

describe('where keys expire', () => {
  it.each(given(charge(expire)))('a key is known for its time, and its call is a new one after that (%s)', (_, book) => {
    expect(charge(expire, { ms: 999 })(book).answer.seq).toBe(1);
    expect(() => charge(expire, { order: 'order-2', ms: 999 })(book)).toThrow(Conflict);
    expect(charge(expire, { order: 'order-2', ms: 1_000 })(book).line).toMatchObject({ effect: true, renewsKey: true });
  });

  it.each(given(charge(expire)))('the reference is still charged once (%s)', (_, book) => {
    expect(charge(expire, { ms: 5_000 })(book).line).toMatchObject({ outcome: 'charged', effect: false });
    expect(state(book)).toBe('charged');
  });

  it.each(given(charge(expire), charge(expire, { ms: 900 })))('a repetition does not make a key last longer (%s)', (_, book) =>
    expect(charge(expire, { order: 'order-2', ms: 1_500 })(book).line).toMatchObject({ effect: true }),
  );

  it.each(given(charge(expire), charge(expire, { order: 'order-2', ms: 2_000 })))(
    'a key that was used anew stands for its new call (%s)',
    (_, book) => {
      expect(charge(expire, { order: 'order-2', ms: 2_500 })(book).answer).toMatchObject({ seq: 2, reference: 'order-2' });
      expect(() => charge(expire, { ms: 2_500 })(book)).toThrow(Conflict);
    },
  );

  it.each(given(charge(expire), reverse(expire)))('a late call of an expired key meets the closed reference (%s)', (_, book) =>
    expect(charge(expire, { ms: 5_000 })(book).line).toMatchObject({ outcome: 'declined', reason: 'closed', effect: false }),
  );
});

it('a look-up can fail too', () => {
  const { line } = new ChargeBook().lookUp('order-1', at(0), before(successes));
  expect(line).toMatchObject({ kind: 'lookup', status: 500, effect: false });
});

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { breakingChanges, type JsonSchema } from './breaking-changes.js';

const changes = (before: z.ZodType, after: z.ZodType) =>
  breakingChanges(z.toJSONSchema(before) as JsonSchema, z.toJSONSchema(after) as JsonSchema);
const published = z.strictObject({
  orderId: z.uuid(),
  amount: z.int().min(1).max(100),
  outcome: z.enum(['ok', 'declined']),
  note: z.string().max(10).optional(),
});

describe('a published schema may', () => {
  it('stay as it is', () => {
    expect(changes(published, published)).toEqual([]);
  });
  it('get an optional field', () => {
    expect(changes(published, published.extend({ hint: z.string().optional() }))).toEqual([]);
  });
  it('take more values than before', () => {
    expect(
      changes(published, published.extend({ amount: z.int().min(0).max(1000), outcome: z.enum(['ok', 'declined', 'late']) })),
    ).toEqual([]);
  });
  it('take a second value where it took one', () => {
    expect(changes(z.strictObject({ by: z.literal('a') }), z.strictObject({ by: z.enum(['a', 'b']) }))).toEqual([]);
  });
});

describe('a published schema may not', () => {
  it.each<[string, z.ZodType, string]>([
    ['lose a field', published.omit({ amount: true }), 'payload.amount is gone'],
    ['rename a field', published.omit({ amount: true }).extend({ total: z.int().min(1).max(100) }), 'payload.amount is gone'],
    ['get a required field', published.extend({ hint: z.string() }), 'payload.hint is new and required'],
    ['require what was optional', published.extend({ note: z.string().max(10) }), 'payload.note becomes required'],
    [
      'make optional what handlers count on',
      published.extend({ amount: z.int().min(1).max(100).optional() }),
      'payload.amount is no longer required',
    ],
    ['change a type', published.extend({ amount: z.string() }), 'payload.amount was integer and becomes string'],
    ['take fewer values', published.extend({ outcome: z.enum(['ok']) }), 'payload.outcome no longer takes "declined"'],
    ['raise a lower limit', published.extend({ amount: z.int().min(2).max(100) }), 'payload.amount: minimum was 1 and becomes 2'],
    [
      'lower an upper limit',
      published.extend({ note: z.string().max(9).optional() }),
      'payload.note: maxLength was 10 and becomes 9',
    ],
    ['set a limit where none was', published.extend({ orderId: z.uuid().max(36) }), 'payload.orderId: maxLength was open'],
    [
      'ask for another pattern',
      published.extend({ note: z.string().max(10).regex(/^a/).optional() }),
      'payload.note: pattern changes',
    ],
  ])('%s', (_, after, problem) => {
    expect(changes(published, after)).toContainEqual(expect.stringContaining(problem));
  });

  it.each<[string, z.ZodType, z.ZodType, string]>([
    ['take one value alone', z.enum(['a', 'b']), z.literal('a'), 'payload no longer takes "b"'],
    [
      'refuse fields that it took without naming them',
      z.looseObject({ id: z.uuid() }),
      z.strictObject({ id: z.uuid() }),
      'payload no longer takes fields that it does not name',
    ],
    ['narrow what a record holds', z.record(z.string(), z.string()), z.record(z.string(), z.int()), 'payload.* was string'],
  ])('%s', (_, before, after, problem) => {
    expect(changes(before, after)).toContainEqual(expect.stringContaining(problem));
  });

  it('break inside of a list or an object', () => {
    const lines = (line: z.ZodType) => z.strictObject({ lines: z.array(line) });
    const before = lines(z.strictObject({ sku: z.string(), price: z.strictObject({ amount: z.int() }) }));
    const after = lines(z.strictObject({ sku: z.string(), price: z.strictObject({ cents: z.int() }) }));
    expect(changes(before, after)).toContain('payload.lines[].price.amount is gone (or has another name)');
  });
});

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { breakingChanges, type JsonSchema } from './breaking-changes.js';
import { readersFirst } from './readers-first.js';

const schemaOf = (type: z.ZodType) => z.toJSONSchema(type) as JsonSchema;
const published = z.strictObject({
  orderId: z.uuid(),
  amount: z.int().min(1).max(100),
  outcome: z.enum(['ok', 'declined']),
  note: z.string().max(10).optional(),
  lines: z.array(z.strictObject({ sku: z.string() })),
});

describe('a change that breaks nothing', () => {
  it.each<[string, z.ZodType, string]>([
    ['an optional field', published.extend({ hint: z.string().optional() }), 'payload.hint is new'],
    ['one more value', published.extend({ outcome: z.enum(['ok', 'declined', 'late']) }), 'payload.outcome may be "late"'],
    ['any value', published.extend({ outcome: z.string() }), 'payload.outcome may be anything'],
    [
      'a higher limit',
      published.extend({ amount: z.int().min(1).max(1000) }),
      'payload.amount: maximum was 100 and becomes 1000',
    ],
    ['no limit', published.extend({ note: z.string().optional() }), 'payload.note: maxLength was 10 and becomes open'],
    ['a fraction', published.extend({ amount: z.number().min(1).max(100) }), 'payload.amount may have a fraction'],
    [
      'a field within a list',
      published.extend({ lines: z.array(z.strictObject({ sku: z.string(), gift: z.boolean().optional() })) }),
      'payload.lines[].gift is new',
    ],
  ])('%s: its readers go first, and whoever asks is told why', (_, after, why) => {
    expect(breakingChanges(schemaOf(published), schemaOf(after))).toEqual([]);
    expect(readersFirst(schemaOf(published), schemaOf(after))).toEqual([why]);
  });

  it.each<[string, z.ZodType, z.ZodType, string]>([
    ['fields that nobody has named', published, published.loose(), 'payload may have fields that it does not name'],
    [
      'fields within a list that nobody has named',
      published,
      published.extend({ lines: z.array(z.looseObject({ sku: z.string() })) }),
      'payload.lines[] may have fields that it does not name',
    ],
    [
      'any fields of one kind',
      z.strictObject({}),
      z.strictObject({}).catchall(z.string()),
      'payload may have fields that it does not name',
    ],
    [
      'another limit of what a record holds',
      z.record(z.string(), z.int().max(100)),
      z.record(z.string(), z.int().max(1000)),
      'payload.*: maximum was 100 and becomes 1000',
    ],
  ])('%s: its readers go first as well', (_, before, after, why) => {
    expect(breakingChanges(schemaOf(before), schemaOf(after))).toEqual([]);
    expect(readersFirst(schemaOf(before), schemaOf(after))).toEqual([why]);
  });

  it('that is none may go in any order', () => {
    expect(readersFirst(schemaOf(published), schemaOf(published))).toEqual([]);
  });
});

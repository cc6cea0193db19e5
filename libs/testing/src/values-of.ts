import type { Contract } from '@waybill/contracts';
import fc from 'fast-check';

/** Of the schema library, as the contracts use it. */
type Schema<T = unknown> = Contract<T>['schema'];

/**
 * Draws values that a schema takes, of the kind that break what comes after it: words that mean something to a program,
 * halves of characters where they are allowed, and texts and numbers at the very limits.
 *
 *   fc.assert(fc.property(valuesOf(orderPlaced.schema), (payload) => ...));
 *
 * Knows the parts that contracts and request bodies are made of, and throws for one that it does not know.
 */
export function valuesOf<T>(schema: Schema<T>): fc.Arbitrary<T> {
  return anyOf(schema) as fc.Arbitrary<T>;
}

function anyOf(schema: Schema): fc.Arbitrary<unknown> {
  const { shape, element, unwrap } = schema as Schema & Parts;
  if (schema.type === 'object') return fieldsOf(shape);
  if (schema.type === 'optional') return anyOf(unwrap());
  const limits = schema.toJSONSchema({ io: 'input' }) as Limits;
  const drawn = schema.type === 'array' ? listOf(element, limits) : valueWithin(limits);
  // The schema itself knows what no limit tells, such as a rule in the schema's own words.
  return drawn.filter((value) => schema.safeParse(value).success);
}

/** Where an object, a list and an optional field keep what they are made of. */
interface Parts {
  readonly shape: Readonly<Record<string, Schema>>;
  readonly element: Schema;
  unwrap(this: void): Schema;
}

/** The part of JSON Schema by which values are drawn. */
interface Limits {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

function fieldsOf(shape: Parts['shape']): fc.Arbitrary<object> {
  const fields = Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, anyOf(schema)]));
  const requiredKeys = Object.keys(shape).filter((name) => shape[name]!.type !== 'optional');
  return fc.record(fields, { requiredKeys, noNullPrototype: true });
}

const listOf = (element: Schema, { minItems = 0, maxItems = 10 }: Limits) =>
  fc.array(anyOf(element), { minLength: minItems, maxLength: maxItems });

function valueWithin(limits: Limits): fc.Arbitrary<unknown> {
  if (limits.enum) return fc.constantFrom(...limits.enum);
  if (limits.type === 'integer') return integer(limits);
  if (limits.type !== 'string') throw new Error(`No values are drawn for ${JSON.stringify(limits)} yet.`);
  if (limits.format === 'uuid') return fc.oneof(fc.uuid(), fc.uuid({ version: 7 }).map(upperCase));
  if (limits.format === 'email') return email;
  return limits.pattern === undefined ? text(limits) : fc.stringMatching(new RegExp(limits.pattern, 'u'));
}

const upperCase = (value: string) => value.toUpperCase();

function integer({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: Limits) {
  return fc.oneof(fc.constantFrom(minimum, maximum), fc.integer({ min: minimum, max: maximum }));
}

// Names that a JavaScript object has by itself, what ends a text for a C program, a JSON text, a line, an SQL text or a
// terminal's line, halves of a character, and characters whose length is another one in another case or encoding.
const HOSTILE = ['__proto__', 'constructor', 'toString', '\0', '"', '\\', '\n', '\r\n', '\u2028', "'; --", '\x1b[2J', '\x7f']
  .concat('\ud83d', '\ude00', '😀', 'ﬃ', 'İ', '\u0301', '\u202e', '\ufeff', ' ')
  .concat('null', '0', '%00', '${}', '<b>');

function text({ minLength = 0, maxLength = 300 }: Limits): fc.Arbitrary<string> {
  const long = fc
    .tuple(fc.constantFrom('x', '😀', 'ß', '"'), fc.constantFrom(minLength, maxLength - 1, maxLength))
    .map(([unit, length]) => unit.repeat(length).slice(0, length));
  const mixed = fc.array(fc.constantFrom(...HOSTILE, 'a', 'b'), { maxLength: 12 }).map((parts) => parts.join(''));
  return fc.oneof(fc.constantFrom(...HOSTILE), long, mixed, fc.string({ unit: 'binary', maxLength }));
}

const local = fc.constantFrom('a', 'a.b', "o'hara", '__proto__', 'x'.repeat(64), 'x'.repeat(65), 'jörg', '"quo ted"');
const label = fc.constantFrom('example', 'x'.repeat(63), 'exämple', 'xn--exmple-cua', 'a-b', '__proto__');
const email = fc.oneof(
  fc.emailAddress({ size: 'large' }),
  fc
    .tuple(local, fc.array(label, { minLength: 1, maxLength: 4 }), fc.constantFrom('com', 'museum', 'xn--p1ai'))
    .map(([name, labels, top]) => `${name}@${[...labels, top].join('.')}`),
);

import fc from 'fast-check';
import { idOf } from './poison.js';

const DAY_MS = 86_400_000;

const texts = fc.oneof(
  fc.constantFrom(
    '',
    'a\0b',
    '\ud800',
    '__proto__',
    '/evil',
    '/order',
    'x'.repeat(200),
    'x'.repeat(201),
    '😀'.repeat(100),
    "'; --",
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const ids = fc.oneof(
  fc.constantFrom('ffffffff-ffff-7fff-8fff-ffffffffffff', '00000000-0000-7000-8000-000000000000', '17'),
  // Around the inbox's memory and around now, where verdicts change.
  fc
    .constantFrom(-5_000, -15, -14, -13, -1, 0, 0.003, 0.004, 1, 15, 30_000, 3_000_000)
    .map((days) => idOf(Date.now() + days * DAY_MS)),
  fc.uuid(),
  fc.uuid({ version: 7 }).map((id) => id.toUpperCase()),
);
const times = fc.constantFrom(
  '2026-11-24T08:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '2026-11-24',
  '1999-01-01T00:00Z',
);
const sequences = fc.constantFrom('1', '0', '-1', '01', '9999999999999999', '99999999999999999', '1e3');
const traces = fc.constantFrom(
  '00-',
  `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
  '00-\0',
);
const values = fc.oneof(
  texts,
  ids,
  times,
  sequences,
  traces,
  fc.jsonValue(),
  fc.constantFrom(1e308, -0, Number.MAX_SAFE_INTEGER),
);

const FIELDS = [
  'id',
  'type',
  'source',
  'partitionkey',
  'sequence',
  'time',
  'traceparent',
  'data',
  'specversion',
  '__proto__',
  'x',
] as const;
const ofItsKind = { id: ids, time: times, sequence: sequences, traceparent: traces } as const;

type Envelope = Record<string, unknown>;
type Change = (envelope: Envelope) => Envelope;

/** Sets a field to a value of the same kind or of another, or takes it away; in the envelope or in its data. */
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom(...FIELDS).chain((field) => {
    const value = field in ofItsKind ? fc.oneof(ofItsKind[field as keyof typeof ofItsKind], values) : values;
    return value.map(
      (drawn): Change =>
        (envelope) =>
          withField(envelope, field, drawn),
    );
  }),
  fc.constantFrom(...FIELDS).map(
    (field): Change =>
      (envelope) =>
        Object.fromEntries(Object.entries(envelope).filter(([name]) => name !== field)),
  ),
  fc.tuple(fc.constantFrom('key', 'n', 'padding', '__proto__'), values).map(([field, drawn]): Change => (envelope) => ({
    ...envelope,
    data: withField((envelope['data'] ?? {}) as Envelope, field, drawn),
  })),
);

/** Named `__proto__` too, which an assignment would not keep. */
const withField = (object: Envelope, field: string, value: unknown): Envelope =>
  Object.fromEntries([...Object.entries(object).filter(([name]) => name !== field), [field, value]]);

const breaks: fc.Arbitrary<(body: Buffer) => Buffer> = fc.oneof(
  { weight: 6, arbitrary: fc.constant((body: Buffer) => body) },
  { weight: 1, arbitrary: fc.nat(400).map((at) => (body: Buffer) => body.subarray(0, at)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(400), fc.nat(255)).map(
      ([at, byte]) =>
        (body: Buffer) =>
          Buffer.concat([body.subarray(0, at), Buffer.from([byte]), body.subarray(at + 1)]),
    ),
  },
);

/** Bytes that were a message, and in which up to three things are other than its sender had them. */
export const hostileBodies = (message: () => Buffer): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.array(changes, { maxLength: 3 }), breaks)
    .map(([changed, broken]) =>
      broken(
        Buffer.from(
          JSON.stringify(changed.reduce((envelope, change) => change(envelope), JSON.parse(message().toString()) as Envelope)),
        ),
      ),
    );

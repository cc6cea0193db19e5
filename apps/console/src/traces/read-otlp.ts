import { z } from 'zod';
import type { AttributeValue, Span, SpanKind } from './span.js';

/** What is longer is cut: a page shows a line of it. */
const MAX_TEXT = 512;
const MAX_ATTRIBUTES = 64;
const MAX_LINKS = 16;

const KINDS: Readonly<Record<number, SpanKind>> = { 2: 'server', 3: 'client', 4: 'producer', 5: 'consumer' };
const STATUS_ERROR = 2;

const text = z.string().transform((value) => value.slice(0, MAX_TEXT));
/** OTLP's JSON writes 64-bit numbers as text. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
const int64 = z.union([z.number(), z.string().regex(/^-?\d{1,19}$/)]).transform(Number);
const value = z
  .object({ stringValue: text, boolValue: z.boolean(), intValue: int64, doubleValue: z.number() })
  .partial()
  .transform((given): AttributeValue | undefined => given.stringValue ?? given.boolValue ?? given.intValue ?? given.doubleValue);
/** Lists and maps are left out: none of the conventions that the pages read has one. */
const attributes = z
  .array(z.object({ key: z.string().min(1).max(MAX_TEXT), value: value.optional().catch(undefined) }))
  .transform((given) =>
    Object.fromEntries(given.slice(0, MAX_ATTRIBUTES).flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]]))),
  );

const traceId = z
  .string()
  .regex(/^(?!0{32})[0-9a-f]{32}$/i, 'must be 32 hex digits, not all of them 0')
  .toLowerCase();
const spanId = z
  .string()
  .regex(/^(?!0{16})[0-9a-f]{16}$/i, 'must be 16 hex digits, not all of them 0')
  .toLowerCase();
/** Nanoseconds since 1970. The last three digits are beyond a double and beyond every clock. */
const instant = z
  .union([z.string().regex(/^\d{1,20}$/, 'must be nanoseconds since 1970'), z.int().min(0)])
  .transform((nanos) => Number(BigInt(nanos) / 1000n) / 1000);

const span = z.object({
  traceId,
  spanId,
  parentSpanId: z.union([z.literal(''), spanId]).optional(),
  name: text,
  kind: z.number().optional(),
  startTimeUnixNano: instant,
  endTimeUnixNano: instant,
  attributes: attributes.optional(),
  links: z.array(z.object({ traceId, spanId })).optional(),
  status: z.object({ code: z.number().optional(), message: text.optional() }).optional(),
});

/** The frame of a request. What is inside of a span is read one by one: a span that is wrong leaves its neighbours alone. */
export const exportRequest = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributes.optional() }).optional(),
      scopeSpans: z.array(z.object({ spans: z.array(z.unknown()).optional() })).optional(),
    }),
  ),
});
export type ExportRequest = z.infer<typeof exportRequest>;

export interface SpansRead {
  readonly spans: readonly Span[];
  readonly refused: number;
  /** Why the first of them was refused. */
  readonly reason?: string;
}

/** The spans of an OTLP/HTTP request. Never throws. */
export function readSpans({ resourceSpans }: ExportRequest): SpansRead {
  const spans: Span[] = [];
  let refused = 0;
  let reason: string | undefined;
  for (const { resource, scopeSpans = [] } of resourceSpans) {
    const from = resource?.attributes ?? {};
    const service = String(from['service.name'] ?? 'unknown');
    const whose = { service, replica: String(from['service.instance.id'] ?? service) };
    for (const given of scopeSpans.flatMap((scope) => scope.spans ?? [])) {
      const read = span.safeParse(given);
      if (read.success) spans.push(spanOf(read.data, whose));
      else {
        refused++;
        reason ??= read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      }
    }
  }
  return { spans, refused, ...(reason !== undefined && { reason }) };
}

function spanOf(given: z.infer<typeof span>, whose: { readonly service: string; readonly replica: string }): Span {
  const { status } = given;
  return {
    traceId: given.traceId,
    spanId: given.spanId,
    ...(given.parentSpanId && { parentId: given.parentSpanId }),
    links: (given.links ?? []).slice(0, MAX_LINKS),
    name: given.name,
    kind: KINDS[given.kind ?? 0] ?? 'internal',
    startMs: given.startTimeUnixNano,
    endMs: Math.max(given.startTimeUnixNano, given.endTimeUnixNano),
    // Services send no text of an error, which could hold an address: the kind of it is an attribute.
    ...(status?.code === STATUS_ERROR && { error: status.message || String(given.attributes?.['error.type'] ?? 'failed') }),
    attributes: given.attributes ?? {},
    ...whose,
  };
}

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type AttributeValue = string | number | boolean;

/** A span as the pages read it. Times are milliseconds since 1970, with fractions. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly name: string;
  readonly kind: SpanKind;
  readonly startMs: number;
  readonly endMs: number;
  /** What went wrong. A span without is not known to have failed. */
  readonly error?: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly service: string;
  readonly replica: string;
}

const ORDER_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A message's key is its order's id, and so is that of a request that changes one: it tells what order a trace works for. */
const KEY = 'waybill.key';

export function orderOf({ attributes }: Pick<Span, 'attributes'>): string | undefined {
  const key = attributes[KEY];
  return typeof key === 'string' && ORDER_ID.test(key) ? key : undefined;
}

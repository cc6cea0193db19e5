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

/** A message's key is its order's id: that tells what order its spans work for, and so all of their trace. */
const KEY = 'waybill.key';
/** The order is in the address of a request for one. */
const IN_AN_ADDRESS = /^\/api\/orders\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/|$)/;

export function orderOf({ attributes }: Pick<Span, 'attributes'>): string | undefined {
  const key = attributes[KEY];
  if (typeof key === 'string' && ORDER_ID.test(key)) return key;
  const path = attributes['url.path'];
  return typeof path === 'string' ? IN_AN_ADDRESS.exec(path)?.[1] : undefined;
}

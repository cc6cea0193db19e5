/** What apps/console answers of dead letters, as far as these pages read it. Times are ISO 8601. */
export type State = 'dead' | 'waiting';

export interface Group {
  readonly service: string;
  readonly type: string;
  /** The first line of the last error, without ids and numbers. */
  readonly error: string;
  readonly count: number;
  readonly oldestAt: string;
  readonly newestAt: string;
  readonly example: string;
}

export interface Letter {
  readonly id: string;
  readonly state: State;
  readonly messageId: string;
  readonly type: string;
  readonly key: string;
  readonly source: string;
  readonly attempts: number;
  readonly errors: readonly { readonly at: string; readonly error: string }[];
  readonly likeness: string;
  readonly firstFailedAt: string | null;
  readonly lastFailedAt: string | null;
  readonly traceparent: string | null;
  readonly waitingBehind: number;
}

export interface LetterInFull extends Letter {
  readonly body: string;
  readonly bodyEncoding: 'utf8' | 'base64';
  readonly behind: readonly { readonly id: string; readonly type: string; readonly messageId: string }[];
}

export interface Act {
  readonly id: string;
  readonly service: string;
  readonly at: string;
  readonly act: 'redrive' | 'discard';
  readonly ids: readonly string[] | null;
  readonly type: string | null;
  readonly error: string | null;
  readonly perSecond: number | null;
  readonly reason: string | null;
  readonly changed: number;
  readonly lastDueAt: string | null;
}

export interface ServiceProblem {
  readonly service: string;
  readonly detail: string;
}

/** What the page shows: the groups of a state, the messages of one group, or one message. All of it is in its address. */
export interface View {
  readonly state: State;
  readonly service?: string | undefined;
  readonly type?: string | undefined;
  readonly error?: string | undefined;
  readonly after?: string | undefined;
  readonly letter?: string | undefined;
}

export function viewOf(search: URLSearchParams): View {
  const given = (name: string) => search.get(name) ?? undefined;
  return {
    state: search.get('state') === 'waiting' ? 'waiting' : 'dead',
    service: given('service'),
    type: given('type'),
    error: given('error'),
    after: given('after'),
    letter: given('letter'),
  };
}

export function addressOf({ state, ...chosen }: View): string {
  const search = new URLSearchParams({
    ...(state === 'waiting' && { state }),
    ...Object.fromEntries(Object.entries(chosen).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
  return search.size === 0 ? '/dead-letters' : `/dead-letters?${search}`;
}

const ORDER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A key that is an order's id: every contract has that one. Bytes that nobody could read have a key of another version. */
export const orderOf = ({ key }: Letter): string | undefined => (ORDER_ID.test(key) ? key : undefined);

export const traceOf = ({ traceparent }: Letter): string | undefined => traceparent?.split('-')[1];

/** JSON is set out over lines. Other text is as it came. */
export function bodyOf({ body, bodyEncoding }: LetterInFull): string {
  if (bodyEncoding === 'base64') return body;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** Date and time of the person who looks. */
export const momentOf = (at: string): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium', hour12: false });

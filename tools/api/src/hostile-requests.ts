import { Mutator } from '@waybill/testing';
import type { Operation } from './operations.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly example?: string;
  readonly schema: Schema;
}
interface Described {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
/** What requests are made from. */
export interface WithRequests {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A request as its parts, before it is bytes. Two headers may have one name. */
interface Parts {
  method: string;
  path: string;
  query: [name: string, value: string][];
  headers: [name: string, value: string][];
  body: Buffer | undefined;
}

export interface HostileRequest {
  /** What it was made from. */
  readonly operation: Operation;
  /** Its method and the template of its address are still those of `operation`. */
  readonly asDescribed: boolean;
  readonly bytes: Buffer;
}

/** Values of an address and of a header, as they stand there: percent signs are said, not made. No line may end in them. */
const TEXTS: readonly string[] = [
  ...['', '0', '-1', '1e3', '1.5', '9007199254740993', '99999999999999999999', 'NaN', 'null', 'undefined', 'true', '[]', '{}'],
  ...['%00', 'a%00b', '%FF', '%C0%AF', '%ED%A0%80', '%F0%9F%98%80', '%E2%80%AE', '%0d%0aX:1', '%2e%2e', '%2F', '%252e', '%5c'],
  ...['__proto__', 'constructor', 'toString', '$ne', "'--", '%27%3B+DROP+TABLE+orders', '..;/', '*', '~', '@', ';a=b', '.json'],
  ...['0199C1DE-5B1A-7C3E-9D4F-0123456789AB', '0199c1de5b1a7c3e9d4f0123456789ab', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  ...['00000000-0000-0000-0000-000000000000', 'urn:uuid:0199c1de-5b1a-7c3e-9d4f-0123456789ab', 'é', '\u{1F600}', 'AAAA'],
  ...['x'.repeat(65), 'x'.repeat(300), 'x'.repeat(2_000), '%41'.repeat(500), 'A'.repeat(22), `${'_'.repeat(21)}w`],
];
const NAMES: readonly string[] = [
  ...['__proto__', 'constructor', 'toString', 'orderId[]', 'orderId[$ne]', 'limit', 'cursor', 'status', 'customerId', 'orderId'],
  ...['access_token', '', '%00', '__proto__[polluted]', 'x'.repeat(200), 'hasOwnProperty', 'then'],
];
/** What means something to a server, a proxy or a parser behind them. */
const HEADERS: readonly (readonly [string, string])[] = [
  ...[
    ...[
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
    ],
    ...['application/json; charset=utf-16', 'application/json;charset="', ';', 'application/json, text/plain', '*/*', 'json'],
  ].map((type) => ['Content-Type', type] as const),
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', 'identity, br'],
  ['Expect', '100-continue'],
  ['Expect', 'nothing'],
  ['Accept', 'text/html;q=0, */*;q=-1'],
  ['Accept-Encoding', 'gzip;q=9, \u00ff'],
  ['Accept-Language', 'x'.repeat(4_000)],
  ['X-Request-Id', '../../etc/passwd'],
  ['X-Request-Id', 'x'.repeat(100)],
  ['traceparent', '00-00000000000000000000000000000000-0000000000000000-01'],
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff-x'],
  ['tracestate', '='.repeat(1_000)],
  ['baggage', 'a=b,'.repeat(500)],
  ['X-Forwarded-For', "192.0.2.1, '--"],
  ['X-Forwarded-Proto', 'gopher'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Range', 'bytes=0-,-1,5-2'],
  ['If-None-Match', '*'],
  ['If-Modified-Since', 'yesterday'],
  ['Upgrade', 'h2c'],
  ['Upgrade', 'websocket'],
  ['Connection', 'keep-alive, authorization'],
  ['TE', 'trailers, deflate'],
  ['Origin', 'null'],
  ['Cookie', `session=${'x'.repeat(3_000)}`],
  ['__proto__', 'polluted'],
  ['constructor', 'x'],
  ['Host', 'localhost'],
  ['Authorization', 'Bearer x'],
  ['Authorization', 'Basic eDp5'],
  ['Authorization', ''],
  ['Idempotency-Key', ''],
  ['Idempotency-Key', 'x'.repeat(256)],
  ['Idempotency-Key', 'known'],
  ['Idempotency-Key', '\u00e9'],
  ['Idempotency-Key', 'a, b'],
];
const METHODS = ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'POST', 'GET', 'QUERY', 'get'];

/** Deep and wide JSON, which no change of a valid body comes to. `"key":` again and again: the last one counts, or none. */
const BODIES: readonly string[] = [
  ...['', ' ', 'null', '[]', '"text"', '1e999', '{', '{}', '{"a":1', '\uFEFF{}', '{"lines":{"length":1e9}}'],
  '['.repeat(5_000) + ']'.repeat(5_000),
  '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000),
  `{"lines":[${'{"sku":"mug-enamel","quantity":1},'.repeat(500)}{"sku":"mug-enamel","quantity":1}]}`,
  `{${Array.from({ length: 2_000 }, (_, n) => `"field${n}":${n}`).join(',')}}`,
  `{"currency":"EUR","currency":"USD","paymentMethod":"pm_ok","lines":[{"sku":"mug-enamel","quantity":1,"quantity":2}]}`,
  `{"currency":"EUR","__proto__":{"lines":[]},"paymentMethod":"pm_ok"}`,
  `{"reason":"\\ud800"}`,
  `{"reason":"\\u0000"}`,
  `{"reason":${'9'.repeat(20_000)}}`,
  `"${'\\u0041'.repeat(10_000)}"`,
];

interface Valid {
  readonly operation: Operation;
  readonly described: Described;
  readonly bodies?: Mutator;
}

/** Makes of the valid request of each operation what is nearly one: its method, address, headers and body are changed. */
export class HostileRequests {
  readonly #document: WithRequests;
  readonly #tokens: readonly string[];
  readonly #random: () => number;
  readonly #valid: readonly Valid[];
  readonly #often: readonly Valid[];
  /** Orders that exist, whose ids stand in addresses. */
  readonly known: string[] = [];
  #count = 0;

  /** `tokens` are good ones: which of them a request has is chance, so that some may not do what they ask. */
  constructor(document: WithRequests, tokens: readonly string[], random: () => number) {
    this.#document = document;
    this.#tokens = tokens;
    this.#random = random;
    this.#valid = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => ({
        operation: `${method.toUpperCase()} ${path}`,
        described,
        ...(described.requestBody && { bodies: this.#bodiesLike(this.#exampleOf(bodySchema(described))) }),
      })),
    );
    this.#often = this.#valid.filter(({ operation }) => !operation.startsWith('DELETE'));
  }

  #bodiesLike(whole: unknown): Mutator {
    return new Mutator(
      [whole, ownOf(whole)].map((body) => Buffer.from(JSON.stringify(body))),
      this.#random,
    );
  }

  get operations(): readonly Operation[] {
    return this.#valid.map(({ operation }) => operation);
  }

  /** The request that an operation's description asks for. */
  valid(operation: Operation, token: string): HostileRequest {
    const { described } = this.#valid.find((each) => each.operation === operation)!;
    return { operation, asDescribed: true, bytes: bytesOf(this.#partsOf(operation, described, token)) };
  }

  next(): HostileRequest {
    // An erasure is much work for one request, and its address has nothing to change.
    const { operation, described, bodies } = this.#one(this.#chance(0.97) ? this.#often : this.#valid);
    const parts = this.#partsOf(operation, described, this.#one(this.#tokens));
    const { method } = parts;
    for (let changes = this.#chance(0.05) ? 0 : 1 + Math.floor(this.#random() * 3); changes > 0; changes--) {
      const kind = this.#random();
      if (bodies && kind < 0.5) parts.body = this.#chance(0.15) ? Buffer.from(this.#one(BODIES)) : bodies.next().bytes;
      else if (kind < 0.6) this.#changeQuery(parts);
      else if (kind < 0.7 && (operation.includes('{') || this.#chance(0.1))) parts.path = this.#changePath(operation, parts.path);
      else if (kind < 0.96) this.#changeHeaders(parts);
      else if (kind < 0.965) parts.method = this.#one(METHODS);
      else parts.body = Buffer.from(this.#one(BODIES));
    }
    const asDescribed = parts.method === method && isOf(operation.split(' ')[1]!, parts.path);
    return { operation, asDescribed, bytes: bytesOf(parts) };
  }

  #partsOf(operation: Operation, { parameters, requestBody }: Described, token: string): Parts {
    const [method, template] = operation.split(' ') as [string, string];
    const key = `key-${(this.#count += 1)}`;
    const valueOf = ({ name, schema, example }: Parameter): string =>
      name === 'Idempotency-Key' ? key : schema.format === 'uuid' ? this.#anOrder() : String(example ?? this.#exampleOf(schema));
    const of = (place: Parameter['in']) =>
      parameters
        .filter((parameter) => parameter.in === place && (parameter.required || this.#chance(0.2)))
        .map((parameter): [string, string] => [parameter.name, valueOf(parameter)]);
    const body = requestBody && ownOf(this.#exampleOf(bodySchema({ parameters, requestBody })));
    return {
      method,
      path: of('path').reduce((path, [name, value]) => path.replace(`{${name}}`, value), template),
      query: of('query'),
      headers: [
        ...(body ? [['Content-Type', 'application/json'] as [string, string]] : []),
        ...of('header'),
        ['Authorization', `Bearer ${token}`],
      ],
      body: body && Buffer.from(JSON.stringify(body)),
    };
  }

  /** A value that a schema of ours allows. */
  #exampleOf(schema: Schema): unknown {
    const {
      examples,
      enum: values,
      type,
      format,
      pattern,
      minimum,
      properties,
    } = schema.$ref ? this.#document.components.schemas[schema.$ref.split('/').at(-1)!]! : schema;
    if (examples) return examples[0];
    if (values) return this.#one(values);
    if (type === 'object')
      return Object.fromEntries(Object.entries(properties!).map(([name, property]) => [name, this.#exampleOf(property)]));
    if (type === 'integer') return minimum ?? 1;
    if (format === 'uuid') return this.#anOrder();
    // Our one pattern that `ada` does not fit.
    return pattern?.includes('{21}') ? 'A'.repeat(22) : 'ada';
  }

  #anOrder(): string {
    return this.known.length > 0 ? this.#one(this.known) : '0199c1de-5b1a-7c3e-9d4f-0123456789ab';
  }

  #changeQuery({ query }: Parts): void {
    const at = Math.floor(this.#random() * query.length);
    const kind = this.#random();
    if (query.length > 0 && kind < 0.5) query[at]![1] = this.#one(TEXTS);
    else if (query.length > 0 && kind < 0.6) query.splice(at, 1);
    else if (query.length > 0 && kind < 0.7) query.push([...query[at]!]);
    else if (kind < 0.72) for (let n = 0; n < 500; n++) query.push([`p${n}`, '1']);
    else query.push([this.#one(NAMES), this.#one(TEXTS)]);
  }

  /** The id in it, or one of its parts. */
  #changePath(operation: Operation, path: string): string {
    const parts = path.split('/');
    const template = operation.split(' ')[1]!.split('/');
    const ids = template.flatMap((part, at) => (part.startsWith('{') ? [at] : []));
    const at = ids.length > 0 && this.#chance(0.95) ? this.#one(ids) : 1 + Math.floor(this.#random() * (parts.length - 1));
    parts[at] = this.#chance(0.8) ? this.#one(TEXTS) : parts[at]! + this.#one(TEXTS);
    return parts.join('/');
  }

  #changeHeaders({ headers }: Parts): void {
    const at = Math.floor(this.#random() * headers.length);
    const kind = this.#random();
    // nginx itself refuses two of these.
    const mayStandTwice = headers[at]![0] !== 'Authorization' || this.#chance(0.1);
    if (kind < 0.15 && headers.length > 1) headers.splice(at, 1);
    else if (kind < 0.25 && mayStandTwice) headers.push([...headers[at]!]);
    else if (kind < 0.3) headers[at]![1] = this.#one(TEXTS);
    else if (kind < 0.35 && mayStandTwice) headers.push([headers[at]![0], this.#one(TEXTS)]);
    else if (kind < 0.38) headers.push(['X-Large', 'x'.repeat(7_000)]);
    else if (kind < 0.4) for (let n = 0; n < 200; n++) headers.push([`X-${n}`, String(n)]);
    else if (kind < 0.6) {
      const token = headers.find(([name]) => name === 'Authorization');
      const cut = Math.floor(this.#random() * (token?.[1].length ?? 0));
      if (token) token[1] = token[1].slice(0, cut) + this.#one(['', 'A', '.', ' ']) + token[1].slice(cut + 1);
    } else {
      const [name, value] = this.#one(HEADERS);
      const known = headers.find(([other]) => other === name);
      if (known && this.#chance(name === 'Authorization' ? 0.95 : 0.7)) known[1] = value;
      else headers.push([name, value]);
    }
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #one<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)]!;
  }
}

/** Whether every server takes the path for one of this template. */
const isOf = (template: string, path: string): boolean =>
  template.split('/').length === path.split('/').length &&
  template
    .split('/')
    .every((part, at) => part === path.split('/')[at] || (part.startsWith('{') && /^[^%;]+$/.test(path.split('/')[at]!)));

/** A body as a customer who has signed in sends it: without what others have to say. */
const ownOf = (body: unknown): object =>
  Object.fromEntries(Object.entries(body as object).filter(([name]) => !['customerId', 'email', 'reason'].includes(name)));

const bodySchema = ({ requestBody }: Described): Schema => requestBody!.content['application/json']!.schema;

/** One request and no more: where its body ends is said truly. */
function bytesOf({ method, path, query, headers, body }: Parts): Buffer {
  const address = path + (query.length > 0 ? `?${query.map(([name, value]) => `${name}=${value}`).join('&')}` : '');
  const lines = [
    `${method} ${address.replaceAll(/\s/g, '+')} HTTP/1.1`,
    'Host: localhost',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body || !/^(GET|HEAD)$/.test(method) ? [`Content-Length: ${body?.length ?? 0}`] : []),
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  return body ? Buffer.concat([head, body]) : head;
}

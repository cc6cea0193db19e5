// Every route and every identity, through both balancers, on the services as they run: each cell is asked.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { table } from '@waybill/kit';
import { down } from '@waybill/stack';
import { badTokens, type BadToken, eventually, type IssuerUnderTest, rawHttp } from '@waybill/testing';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { operationsOnOrders } from './operations.ts';
import { documentFile } from './public-api.ts';
import { upWithAnIssuerOfItsOwn } from './with-an-issuer-of-its-own.ts';

const INSTANCE = 'who-may-spec';
const UP_WITHIN_MS = 240_000;
const BALANCERS = ['edge', 'haproxy'] as const;

const GOOD = ['own', 'other', 'support', 'operator', 'machine'] as const;
type Good = (typeof GOOD)[number];
const PEOPLE: Record<Good, Parameters<IssuerUnderTest['tokenOf']>[0]> = {
  own: { sub: 'ada', roles: ['customer'], email: 'ada@example.com' },
  other: { sub: 'eve', roles: ['customer'], email: 'eve@example.com' },
  support: { sub: 'sue', roles: ['support'] },
  operator: { sub: 'otto', roles: ['operator'] },
  machine: { sub: 'tools', roles: ['machine'] },
};

interface Operation {
  readonly responses: Readonly<Record<string, object>>;
  readonly security: readonly { readonly accessToken: readonly [string] }[];
}
const { paths } = JSON.parse(readFileSync(documentFile, 'utf8')) as { paths: Record<string, Record<string, Operation>> };
const onOrders = operationsOnOrders({ paths });

let issuer: IssuerUnderTest;
let urls: Readonly<Record<string, string>>;
let bad: BadToken[];
const tokens = {} as Record<Good, string>;
/** Ada's. */
let order: string;
beforeAll(async () => {
  ({ issuer, urls } = await upWithAnIssuerOfItsOwn(INSTANCE));
  for (const who of GOOD) tokens[who] = await issuer.tokenOf(PEOPLE[who]);
  bad = await badTokens(issuer, PEOPLE.own, await issuer.publish('ES256'));
  order = ((await (await send('edge', 'POST /api/orders', 'own')).json()) as { id: string }).id;
  await eventually('it is confirmed and its mail is there', async () => {
    const mails = (await (await send('edge', 'GET /api/notifications', 'own')).json()) as { status: string }[];
    return mails.some((mail) => mail.status === 'sent');
  });
}, UP_WITHIN_MS);
afterAll(() => down({ instance: INSTANCE, purge: true, report: () => {} }), UP_WITHIN_MS);
afterAll(() => issuer.close());

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { security, responses }]) => ({
    operation: `${method.toUpperCase()} ${path}`,
    right: Number(Object.keys(responses).find((code) => code.startsWith('2'))),
    roles: security.map(({ accessToken: [role] }) => role),
  })),
);

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that is good but for who sends it. */
function requestOf(operation: string, who?: Good): Request {
  const [method, template] = operation.split(' ') as [string, string];
  const path = template.replace('{id}', order);
  const query = onOrders.includes(operation)
    ? `?orderId=${order}`
    : operation === 'GET /api/orders' && who !== 'own'
      ? '?customerId=ada'
      : '';
  const named = who === 'machine' ? { customerId: 'ada', email: 'ada@example.com' } : {};
  const body =
    operation === 'POST /api/orders'
      ? { ...named, currency: 'EUR', lines: [{ sku: 'mug-enamel', quantity: 1 }], paymentMethod: 'pm_ok' }
      : operation.endsWith('/cancel') && who === 'support'
        ? { reason: 'asked by telephone' }
        : undefined;
  return {
    method,
    path: path + query,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(operation === 'POST /api/orders' && { 'idempotency-key': randomUUID() }),
    },
    body: body ? JSON.stringify(body) : '',
  };
}

function send(through: (typeof BALANCERS)[number], operation: string, who: Good): Promise<Response> {
  const { method, path, headers, body } = requestOf(operation, who);
  const authorization = `Bearer ${tokens[who]}`;
  return fetch(urls[through]! + path, { method, headers: { ...headers, authorization }, ...(body && { body }) });
}

/** As bytes: `fetch` would join two headers. */
async function sendBad(to: string, { method, path, headers, body }: Request, { authorization, query }: BadToken) {
  const { hostname, port } = new URL(to);
  const lines = [
    `${method} ${path}${query ? `${path.includes('?') ? '&' : '?'}${query}` : ''} HTTP/1.1`,
    `Host: ${hostname}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...authorization.map((value) => `Authorization: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return rawHttp(Number(port), Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`));
}

/** What the role's right says, and what is somebody else's is not there. */
function expected({ operation, roles, right }: (typeof operations)[number], who: Good): number {
  const [role] = PEOPLE[who].roles as [string];
  if (roles.length === 0) return right;
  if (!roles.includes(role)) return 403;
  if (who === 'other' && operation.includes('{id}')) return 404;
  // Whose orders they are is asked for by name.
  if (who === 'other' && operation === 'GET /api/orders') return 403;
  return right;
}

const summary: (string | number)[][] = [['', ...GOOD, 'bad tokens']];
afterAll(() => void process.stdout.write(`\n${table(summary)}\n`));

// What takes something away comes last.
const takesAway = ({ operation }: (typeof operations)[number]) => Number(operation.startsWith('DELETE'));
const rows = BALANCERS.flatMap((through) => operations.map((each) => ({ ...each, through }))).toSorted(
  (one, other) => takesAway(one) - takesAway(other),
);

test.each(rows)(
  '$operation through $through',
  async ({ through, ...each }) => {
    const { operation, roles } = each;
    const seen: Record<string, unknown> = {};
    const right: Record<string, unknown> = {};
    for (const who of GOOD) {
      const answer = await send(through, operation, who);
      seen[who] = answer.status;
      right[who] = expected(each, who);
      // A list has no 404: it is empty.
      if (who === 'other' && roles.includes('customer') && onOrders.includes(operation)) {
        seen['what the other customer sees'] = await answer.json();
        right['what the other customer sees'] = [];
      }
    }
    const unexpected = await unexpectedOf(urls[through]!, requestOf(operation), roles.length === 0);
    summary.push([
      `${operation} (${through})`,
      ...GOOD.map((who) => seen[who] as number),
      `${bad.length - unexpected.length} of ${bad.length}`,
    ]);
    expect({ ...seen, unexpected }).toEqual({ ...right, unexpected: [] });
  },
  60_000,
);

/** Every bad token that is answered otherwise than it should be. A free route answers everybody. */
async function unexpectedOf(to: string, request: Request, free: boolean): Promise<string[]> {
  const unexpected: string[] = [];
  for (const token of bad) {
    const { statusCode, headers, payload } = await sendBad(to, request, token);
    const fine = free ? [200, ...(token.query ? [400] : [])] : [401];
    if (![...fine, ...(token.alsoAnswered ?? [])].includes(statusCode)) unexpected.push(`${token.name}: ${statusCode}`);
    if (statusCode !== 401) continue;
    if (!String(headers['www-authenticate']).startsWith('Bearer realm="waybill"')) unexpected.push(`${token.name}: no challenge`);
    if (!payload.includes('"status":401')) unexpected.push(`${token.name}: ${payload}`);
  }
  return unexpected;
}

const NOT_THERE = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';
// What an operator is answered. Nothing is named that is there, and no body is right: nothing is done.
test.each([
  ['GET', '/order-1/operations/dead-letters', 200],
  ['GET', '/payment-2/operations/dead-letters/groups', 200],
  ['GET', '/notification-1/operations/dead-letters/acts', 200],
  ['GET', '/order-2/operations/dead-letters/1', 404],
  ['POST', '/payment-1/operations/dead-letters/redrive', 400],
  ['POST', '/notification-2/operations/dead-letters/discard', 400],
  ['POST', '/order-1/operations/erasures', 400],
  ['GET', `/order-1/operations/erasures/${NOT_THERE}`, 404],
] as const)(
  'what people who run it may do is for operators alone: %s %s',
  async (method, path, right) => {
    const to = urls['operations']!;
    const body = method === 'POST' ? '{}' : '';
    const headers = { ...(body && { 'content-type': 'application/json' }) };
    const ask = async (more: Record<string, string> = {}) =>
      (await fetch(to + path, { method, headers: { ...headers, ...more }, ...(body && { body }) })).status;
    const seen = await Promise.all(GOOD.map(async (who) => [who, await ask({ authorization: `Bearer ${tokens[who]}` })]));
    expect(Object.fromEntries([...seen, ['nobody', await ask()]])).toEqual({
      own: 403,
      other: 403,
      support: 403,
      operator: right,
      machine: 403,
      nobody: 401,
    });
    expect(await unexpectedOf(to, { method, path, headers, body }, false)).toEqual([]);
  },
  60_000,
);

test.each(['/order-1/health/ready', '/payment-1/health/live', '/notification-2/metrics'])(
  'health and figures are for anyone who reaches the operations origin: %s',
  async (path) => {
    expect((await fetch(urls['operations']! + path)).status).toBe(200);
  },
);

test('at least 25 kinds of bad token were tried', () => {
  expect(bad.length).toBeGreaterThanOrEqual(25);
});

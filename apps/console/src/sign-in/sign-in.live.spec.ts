// The console with people who sign in, beside an issuer, a public API and a replica that this spec plays. `npm run browser` walks the
// same way with the real ones.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { keyPairOf } from '@waybill/activity';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConsole } from '../create-console.js';

const feedKeys = { ...keyPairOf(randomBytes(32)), publisherKeys: [] };

const HOST = '127.0.0.1:8081';
const ISSUER = 'http://issuer.example:8091';
const SECRET = 's'.repeat(43);
const ORDER = '0199c1de-5b1a-7c3e-9d4f-0123456789ab';

let app: NestFastifyApplication;
let others: Server;
let asked: { readonly url: string; readonly authorization: string | undefined; readonly form: URLSearchParams }[];
let roles: string[];
let seconds: number;
/** What the issuer says to a refresh. */
let refreshes: number;

beforeEach(async () => {
  asked = [];
  roles = ['operator'];
  seconds = 300;
  refreshes = 200;
  others = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const { url = '', headers } = request;
    const form = new URLSearchParams(body);
    asked.push({ url, authorization: headers.authorization, form });
    const json = (status: number, answer: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    if (url === '/health/ready') return json(200, { status: 'ok' });
    if (url !== '/token') return json(200, []);
    const grant = form.get('grant_type');
    if (grant === 'refresh_token' && refreshes !== 200) return json(refreshes, { error: 'invalid_grant' });
    const id = `x.${Buffer.from(JSON.stringify({ sub: 'operator', roles })).toString('base64url')}.x`;
    return json(200, { access_token: `${grant}-${asked.length}`, refresh_token: 'r', id_token: id, expires_in: seconds });
  });
  await once(others.listen(0, '127.0.0.1'), 'listening');
  const { port } = others.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  app = await createConsole({
    replica: 'console-1',
    logLevel: 'silent',
    http: { host: '127.0.0.1', port: 0 },
    edgeUrl: url,
    prometheusUrl: `${url}/prometheus`,
    watched: [{ name: 'order-1', host: '127.0.0.1', port }],
    feed: { listen: 'tcp://127.0.0.1:*', keys: () => feedKeys },
    spansMaxBytes: 1e6,
    identity: { issuer: ISSUER, url, clientSecret: () => SECRET },
  });
  await app.init();
});
afterEach(async () => {
  await app.close();
  others.closeAllConnections();
  others.close();
});

const get = (url: string, cookie = '') => app.inject({ method: 'GET', url, headers: { host: HOST, cookie } });
const cookiesOf = (answer: { headers: { 'set-cookie'?: string | string[] | undefined } }) =>
  [answer.headers['set-cookie'] ?? []].flat();
const valueOf = (cookie: string) => cookie.split(';')[0]!;

async function begin(back = '/orders') {
  const answer = await get(`/session/sign-in?back=${encodeURIComponent(back)}`);
  const url = new URL(String(answer.headers.location));
  return { url, state: url.searchParams.get('state')!, cookie: valueOf(cookiesOf(answer)[0]!) };
}
const end = (state: string, cookie: string, more: Record<string, string> = {}) =>
  get(`/session/signed-in?${new URLSearchParams({ state, code: 'a-code', iss: ISSUER, ...more })}`, cookie);
async function signIn(back?: string) {
  const { state, cookie } = await begin(back);
  return end(state, cookie);
}
const sessionCookie = async () => valueOf(cookiesOf(await signIn())[0]!);

describe('an operator', () => {
  it('signs in by PKCE and the secret of the console, and the browser gets a cookie that no script reads and no token', async () => {
    const { url, state, cookie } = await begin('/dead-letters?x=1');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: 'console',
      redirect_uri: `http://${HOST}/session/signed-in`,
      code_challenge_method: 'S256',
    });
    const answer = await end(state, cookie);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/dead-letters?x=1']);
    const [session] = cookiesOf(answer);
    expect(session).toMatch(/^waybill_console=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(`${session}${answer.payload}`).not.toContain('authorization_code');
    const [{ form, authorization }] = asked as [(typeof asked)[number]];
    expect(authorization).toBe(`Basic ${Buffer.from(`console:${SECRET}`).toString('base64')}`);
    expect(createHash('sha256').update(form.get('code_verifier')!).digest('base64url')).toBe(
      url.searchParams.get('code_challenge'),
    );
    expect((await get('/session', valueOf(session!))).json()).toEqual({ sub: 'operator' });
    expect((await get('/console/api/orders', valueOf(session!))).statusCode).toBe(200);
  });

  it('asks services in the own name, and the public API in that of the console', async () => {
    const cookie = await sessionCookie();
    await get('/console/api/dead-letters/order', cookie);
    await get(`/console/api/orders/${ORDER}/journey`, cookie);
    const by = (path: string) => asked.find(({ url }) => url.startsWith(path))?.authorization;
    expect(by('/operations/')).toMatch(/^Bearer authorization_code-/);
    expect(by('/api/orders')).toMatch(/^Bearer client_credentials-/);
  });

  it('signs out: the cookie is worth nothing, and the issuer is told by the browser', async () => {
    const cookie = await sessionCookie();
    const answer = await app.inject({ method: 'POST', url: '/session/sign-out', headers: { host: HOST, cookie } });
    expect(answer.json()).toEqual({ next: expect.stringContaining(`${ISSUER}/session/end?client_id=console`) });
    expect((await get('/console/api/orders', cookie)).statusCode).toBe(401);
  });

  it('is let in no longer than the issuer knows the session, and goes on while the issuer is away', async () => {
    seconds = 1;
    const cookie = await sessionCookie();
    refreshes = 503;
    expect((await get('/console/api/orders', cookie)).statusCode).toBe(200);
    refreshes = 400;
    expect((await get('/console/api/orders', cookie)).statusCode).toBe(401);
    refreshes = 200;
    expect((await get('/console/api/orders', cookie)).statusCode).toBe(401);
  });
});

describe('nobody else', () => {
  it.each(['/console/api/orders', '/console/api/live', '/console/api/dead-letters/groups', '/console/api/nothing', '/session'])(
    'is told anything at %s',
    async (path) => {
      const answer = await get(path, 'waybill_console=guessed');
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([401, expect.stringContaining('problem+json')]);
    },
  );

  it('is kept from health, or services from sending spans', async () => {
    expect((await get('/health/live')).statusCode).toBe(200);
    const sent = await app.inject({ method: 'POST', url: '/v1/traces', payload: { resourceSpans: [] } });
    expect(sent.statusCode).toBe(200);
  });

  it('a customer is no operator', async () => {
    roles = ['customer'];
    const answer = await signIn();
    expect([answer.statusCode, cookiesOf(answer)]).toEqual([403, []]);
  });

  it('is signed in by an answer that this browser has not asked for', async () => {
    const { state, cookie } = await begin();
    expect((await end(state, 'waybill_console_sign_in=another')).statusCode).toBe(400);
    expect((await end(state, cookie, { iss: 'http://evil.example' })).statusCode).toBe(400);
    expect((await end(state, cookie)).statusCode).toBe(303);
    // A code is brought once.
    expect((await end(state, cookie)).statusCode).toBe(400);
  });

  it.each(['//evil.example', '/\\evil.example', 'http://evil.example', '/a b'])('is led to %s', async (back) => {
    expect((await signIn(back)).headers.location).toBe('/');
  });

  it('signs somebody out from a page of another site', async () => {
    const cookie = await sessionCookie();
    const headers = { host: HOST, cookie, origin: 'http://evil.example' };
    expect((await app.inject({ method: 'POST', url: '/session/sign-out', headers })).statusCode).toBe(403);
    expect((await get('/session', cookie)).statusCode).toBe(200);
  });
});

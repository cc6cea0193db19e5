// The console's acts as they answer, beside a supervisor and an outside world that this spec plays.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { keyPairOf } from '@waybill/activity';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { createConsole } from '../create-console.js';

const UNIT = { name: 'payment-1', group: 'replica', acts: ['kill', 'stop'], state: 'ready', healthy: true, pid: 7, restarts: 0 };
const NO_FAULTS = { provider: { refuse: 0, down: false }, mail: { refuse: 0, down: false } };

let folder: string;
let servers: Server[];
/** What the supervisor and the outside world were asked. */
let asked: string[];
type Answer = readonly [status: number, body: unknown];
let supervisorAnswers: Record<string, Answer | Promise<Answer>>;
let faults: object;
let app: NestFastifyApplication;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-console-'));
  asked = [];
  supervisorAnswers = { '/status/': [200, [UNIT]] };
  faults = NO_FAULTS;
  const supervisor = createServer((received, response) => {
    asked.push(received.url!);
    void Promise.resolve<Answer>(supervisorAnswers[received.url!] ?? [500, { error: 'It is not to be broken here.' }]).then(
      ([status, body]) => response.writeHead(status).end(JSON.stringify(body)),
    );
  });
  const outside = createServer(async (received, response) => {
    let body = '';
    for await (const part of received) body += String(part);
    asked.push(`${received.method} ${received.url}`);
    if (received.method === 'PUT') faults = JSON.parse(body) as object;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(faults));
  });
  await once(supervisor.listen(join(folder, 'x.sock')), 'listening');
  await once(outside.listen(0, '127.0.0.1'), 'listening');
  servers = [supervisor, outside];
});
afterEach(async () => {
  await app.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

type Started = 'as a demo' | 'in containers' | 'plainly';

async function start(how: Started): Promise<void> {
  const outsideWorldUrl = `http://127.0.0.1:${(servers[1]!.address() as AddressInfo).port}`;
  const breakIt: Config['breakIt'] = {
    instance: 'demo',
    outsideWorld: { url: outsideWorldUrl, token: () => 'the token of the operator' },
    ...(how === 'as a demo' && { supervisorSocket: join(folder, 'x.sock') }),
  };
  app = await createConsole({
    replica: 'console',
    logLevel: 'silent',
    http: { host: '127.0.0.1', port: 0 },
    edgeUrl: outsideWorldUrl,
    prometheusUrl: outsideWorldUrl,
    watched: [],
    feed: { listen: 'tcp://127.0.0.1:*', keys: () => ({ ...keyPairOf(Buffer.alloc(32, 'b')), publisherKeys: [] }) },
    spansMaxBytes: 1e6,
    ...(how !== 'plainly' && { breakIt }),
  });
  await app.listen(0, '127.0.0.1');
}

const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/console/api/break-it${path}`, { method, headers });
  return [answer.status, (await answer.json()) as object] as const;
};

/** Every act that there is. */
const ACTS = [
  ['POST', '/units/payment-1/kill'],
  ['PUT', '/faults/provider-down'],
  ['DELETE', '/faults/provider-down'],
  ['POST', '/audit'],
] as const;

describe('in a system that is no demo', () => {
  beforeEach(() => start('plainly'));

  it.each(ACTS)('%s %s is refused, and nobody is asked', async (method, path) => {
    expect(await ask(method, path)).toMatchObject([403, { detail: expect.stringContaining('npm run demo') }]);
    expect(asked).toEqual([]);
  });

  it('the page is told that there is nothing to break', async () => {
    expect(await ask('GET', '')).toEqual([200, { on: false }]);
  });
});

describe('in a demo', () => {
  beforeEach(() => start('as a demo'));

  it.each(ACTS)("%s %s is refused for another site's page, and nobody is asked", async (method, path) => {
    for (const headers of [{ origin: 'https://elsewhere.example' }, { 'sec-fetch-site': 'cross-site' }])
      expect(await ask(method, path, headers)).toMatchObject([403, { detail: expect.stringContaining('this origin') }]);
    expect(asked).toEqual([]);
  });

  it.each(ACTS)('%s %s is refused under a name, which may be another one’s, and nobody is asked', async (method, path) => {
    // fetch sets Host by itself.
    const { port } = app.getHttpServer().address() as AddressInfo;
    const headers = { host: `rebound.example:${port}`, origin: `http://rebound.example:${port}` };
    const [answer] = (await once(request({ port, method, path: `/console/api/break-it${path}`, headers }).end(), 'response')) as [
      IncomingMessage,
    ];
    answer.resume();
    expect(answer.statusCode).toBe(403);
    expect(asked).toEqual([]);
  });

  it('a process is killed, and what the supervisor said stands beside it', async () => {
    supervisorAnswers['/kill/payment-1'] = [200, 'payment-1 was killed.'];
    expect(await ask('POST', '/units/payment-1/kill')).toMatchObject([202, { act: 'kill', said: 'payment-1 was killed.' }]);
    expect(await ask('GET', '')).toMatchObject([
      200,
      { on: true, runs: 'processes', instance: 'demo', units: [{ name: 'payment-1', done: { said: 'payment-1 was killed.' } }] },
    ]);
  });

  it('an act that takes long is answered at once, is not begun twice, and tells later what became of it', async () => {
    const stopped = Promise.withResolvers<Answer>();
    supervisorAnswers['/stop/payment-1'] = stopped.promise;
    const [status, body] = await ask('POST', '/units/payment-1/stop');
    expect([status, body]).toMatchObject([202, { act: 'stop' }]);
    expect(body).not.toHaveProperty('said');
    expect(await ask('POST', '/units/payment-1/stop')).toMatchObject([409, { detail: expect.stringContaining('under way') }]);
    stopped.resolve([500, { error: 'It did not stop cleanly.' }]);
    const done = async () => (await ask('GET', ''))[1] as { units?: { done?: { failed?: string } }[] };
    while (!(await done()).units?.[0]?.done?.failed);
    expect((await done()).units![0]!.done!.failed).toBe('It did not stop cleanly.');
  });

  it('what the supervisor does not allow is refused in its words', async () => {
    expect(await ask('POST', '/units/prometheus/kill')).toMatchObject([409, { detail: 'It is not to be broken here.' }]);
  });

  it.each([
    ['another act', 'POST', '/units/payment-1/restart'],
    ["the supervisor's own end", 'POST', '/units/x/down'],
    ['a name with a way in it', 'POST', '/units/..%2Fdown/kill'],
    ['another fault', 'PUT', '/faults/__proto__'],
  ])('%s does not reach anybody', async (_, method, path) => {
    expect((await ask(method, path))[0]).toBe(404);
    expect(asked).toEqual([]);
  });

  it('a fault of the outside world is switched by itself', async () => {
    faults = { ...NO_FAULTS, mail: { ...NO_FAULTS.mail, refuse: 1 } };
    await ask('PUT', '/faults/provider-down');
    expect(faults).toEqual({ provider: { refuse: 0, down: true }, mail: { refuse: 1, down: false } });
    const { faults: told } = (await ask('GET', ''))[1] as { faults: { name: string; on: boolean }[] };
    expect(told.filter(({ on }) => on).map(({ name }) => name)).toEqual(['provider-down', 'mail-refuses']);
    await ask('DELETE', '/faults/mail-refuses');
    expect(faults).toEqual({ provider: { refuse: 0, down: true }, mail: { refuse: 0, down: false } });
  });

  it('the audit is run once at a time, and its verdict is told row by row', async () => {
    const looked = Promise.withResolvers<Answer>();
    supervisorAnswers['/audit/'] = looked.promise;
    expect(await ask('POST', '/audit')).toMatchObject([202, { state: 'running' }]);
    expect(await ask('POST', '/audit')).toMatchObject([409, {}]);
    const violations = Array.from({ length: 30 }, (_, n) => `Order ${n} is not settled.`);
    looked.resolve([200, { ok: false, orders: 30, rows: [{ check: 'money', looked: 3, violations }] }]);
    const audit = async () => ((await ask('GET', ''))[1] as { audit?: { state: string } }).audit!;
    while ((await audit()).state === 'running');
    expect(await audit()).toMatchObject({
      state: 'done',
      ok: false,
      orders: 30,
      rows: [{ check: 'money', looked: 3, found: 30, violations: violations.slice(0, 20) }],
    });
  });

  it('an audit that cannot look says why', async () => {
    supervisorAnswers['/audit/'] = [500, { error: 'PostgreSQL does not answer.' }];
    await ask('POST', '/audit');
    const audit = async () => ((await ask('GET', ''))[1] as { audit?: { state: string } }).audit!;
    while ((await audit()).state === 'running');
    expect(await audit()).toMatchObject({ state: 'failed', problem: 'PostgreSQL does not answer.' });
  });

  it('the page is told who does not answer', async () => {
    servers[0]!.closeAllConnections();
    servers[0]!.close();
    expect(await ask('GET', '')).toMatchObject([200, { units: [], problems: [expect.stringContaining('The supervisor')] }]);
  });
});

describe('in containers', () => {
  beforeEach(() => start('in containers'));

  it('faults of the outside world are switched, and nothing else is broken', async () => {
    expect((await ask('PUT', '/faults/mail-down'))[0]).toBe(200);
    expect(await ask('POST', '/units/payment-1/kill')).toMatchObject([409, { detail: expect.stringContaining('command') }]);
    expect(await ask('POST', '/audit')).toMatchObject([409, {}]);
    const units = expect.arrayContaining([{ name: 'payment-2', group: 'replica', acts: expect.arrayContaining(['kill']) }]);
    expect(await ask('GET', '')).toMatchObject([200, { on: true, runs: 'containers', units }]);
  });
});

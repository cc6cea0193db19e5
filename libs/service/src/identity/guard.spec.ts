import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Get, Logger, Module, Param, Post } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { badTokens, eventually, type IssuerUnderTest, issuerUnderTest, problemIn } from '@waybill/testing';
import { register } from 'prom-client';
import { ProblemFilter } from '../problem-filter.js';
import { readBodiesAsJson } from '../request-body.js';
import { refuseUnclearHeaders } from '../request-headers.js';
import { helpWithUnknownRoutes } from '../unknown-routes.js';
import { guardRoutes } from './guard.js';
import type { Identity } from './identity.js';
import { Caller, For } from './routes.js';
import { SigningKeys } from './signing-keys.js';

@Controller('things')
class Things {
  @Get()
  @For('anyone')
  list() {
    return ['a', 'b'];
  }

  @Get(':id')
  @For(['customer', 'support'])
  read(@Param('id') id: string, @Caller() caller: Identity) {
    return { id, by: caller.subject };
  }

  @Post(':id')
  @For(['support'])
  change(@Body() body: unknown) {
    return body;
  }
}

@Module({ controllers: [Things], providers: [{ provide: APP_FILTER, useClass: ProblemFilter }] })
class App {}

let issuer: IssuerUnderTest;
beforeAll(async () => {
  Logger.overrideLogger(false);
  issuer = await issuerUnderTest();
});
afterAll(() => issuer.close());

async function start(module: object, keys?: SigningKeys): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  refuseUnclearHeaders(app);
  helpWithUnknownRoutes(app);
  guardRoutes(app, issuer.config, keys);
  readBodiesAsJson(app);
  await app.init();
  return app;
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the guard', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await start(App);
  });
  afterAll(() => app.close());

  test('lets anyone in where the route is for anyone, whatever they send', async () => {
    expect((await app.inject('/things')).json()).toEqual(['a', 'b']);
    expect((await app.inject({ url: '/things', headers: bearer('garbage') })).statusCode).toBe(200);
  });

  test.each(['Bearer', 'bearer', 'BEARER'])(
    'lets in who has a role of the route, and tells the route who it is: %s',
    async (scheme) => {
      const authorization = `${scheme} ${await issuer.tokenOf({ sub: 'ada' })}`;
      const answer = await app.inject({ url: '/things/7', headers: { authorization } });
      expect([answer.statusCode, answer.json()]).toEqual([200, { id: '7', by: 'ada' }]);
      // Nobody else may be given the answer out of a cache.
      expect(answer.headers['cache-control']).toBe('no-store');
    },
  );

  test('refuses who has not signed in, and says how', async () => {
    const answer = await app.inject('/things/7');
    expect(problemIn(answer)).toMatchObject({ status: 401 });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="waybill"');
    expect((await app.inject({ method: 'HEAD', url: '/things/7' })).statusCode).toBe(401);
  });

  test('refuses every bad token in the same words, counts why, and never says it', async () => {
    const bodies = new Set<string>();
    for (const { name, authorization, query } of await badTokens(issuer, { sub: 'ada' })) {
      if (authorization.length > 1) continue;
      const url = query ? `/things/7?${query}` : '/things/7';
      const answer = await app.inject({
        url,
        headers: authorization[0] === undefined ? {} : { authorization: authorization[0] },
      });
      expect([name, answer.statusCode]).toEqual([name, 401]);
      if (authorization[0] !== undefined)
        expect(answer.headers['www-authenticate']).toBe('Bearer realm="waybill", error="invalid_token"');
      bodies.add(answer.payload);
    }
    expect(bodies.size).toBe(1);
    expect(await register.metrics()).toContain('waybill_http_refused_total{status="401",reason="exp: ERR_JWT_EXPIRED"} 1');
  });

  test('refuses who has another role', async () => {
    for (const roles of [['customer'], ['operator'], [], ['Support'], ['superuser']]) {
      const answer = await app.inject({
        method: 'POST',
        url: '/things/7',
        headers: bearer(await issuer.tokenOf({ sub: 'ada', roles })),
      });
      expect(problemIn(answer)).toMatchObject({ status: 403 });
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="waybill", error="insufficient_scope"');
    }
  });

  test('does not read the body of a stranger', async () => {
    const ask = (headers: Record<string, string>) =>
      app.inject({ method: 'POST', url: '/things/7', headers: { 'content-type': 'application/json', ...headers }, payload: '{' });
    expect((await ask({})).statusCode).toBe(401);
    expect((await ask(bearer(await issuer.tokenOf({ sub: 'eve', roles: ['support'] })))).statusCode).toBe(400);
  });

  test.each(['/nothing', '/things/7/more', '/things/'])('leaves what is not there a 404: %s', async (url) => {
    expect((await app.inject(url)).statusCode).toBe(404);
  });
});

test('while nobody knows the keys, the answer is to come again', async () => {
  issuer.says({ status: 500, body: '' });
  const app = await start(App);
  const answer = await app.inject({ url: '/things/7', headers: bearer(await issuer.tokenOf({ sub: 'ada' })) });
  expect(problemIn(answer)).toMatchObject({ status: 503 });
  expect(answer.headers['retry-after']).toBe('2');
  issuer.says(undefined);
  await app.close();
});

test('a service with a route that does not say whom it is for does not start', async () => {
  @Controller('open')
  class Open {
    @Get()
    read() {}
  }
  @Module({ controllers: [Open] })
  class Careless {}
  await expect(start(Careless)).rejects.toThrow('GET /open does not say whom it is for.');
});

// The issuer publishes a key before it signs by it, for longer than the services may take to look.
test('10 rotations of the signing key at 200 requests a second: nobody is refused', async () => {
  const LOOK_EVERY_MS = 100;
  const app = await start(App, new SigningKeys(issuer.config.keysUrl, { atMostEveryMs: LOOK_EVERY_MS }));
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/things/7`;
  const statuses = new Map<number, number>();
  let going = true;
  let sent = 0;
  const first = performance.now();
  const traffic = (async () => {
    const answers: Promise<void>[] = [];
    for (; going; sent += 1) {
      const headers = bearer(await issuer.tokenOf({ sub: `customer-${sent}` }));
      answers.push(fetch(url, { headers }).then(({ status }) => void statuses.set(status, (statuses.get(status) ?? 0) + 1)));
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, first + sent * 5 - performance.now())));
    }
    await Promise.all(answers);
  })();

  for (let rotation = 0; rotation < 10; rotation += 1) {
    const next = await issuer.publish();
    const before = issuer.asked();
    await eventually('the service has looked', () => issuer.asked() >= before + 2);
    issuer.signBy(next);
    // A token lives for five minutes, and its key is published for longer. Here none is older than a look.
    const signed = issuer.asked();
    await eventually('old tokens have arrived', () => issuer.asked() >= signed + 2);
    issuer.keep(2);
  }
  going = false;
  await traffic;
  await app.close();
  expect([...statuses.keys()]).toEqual([200]);
  expect(sent).toBeGreaterThan(200);
}, 60_000);

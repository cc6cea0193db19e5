import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, freshDatabase } from '@waybill/testing';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { request } from 'node:http';
import { openDatabase } from './database.js';
import { Browser, codeIn, FIRST_WAIT_S, IdentityProcess, pathOf } from './identity-process.js';
import { clean } from './housekeeping.js';
import { ProtocolState } from './protocol-state.js';

let identity: IdentityProcess;
beforeAll(async () => {
  identity = await IdentityProcess.start(await freshDatabase({ migrations: [] }));
});
afterAll(() => identity.remove());
beforeEach(() => identity.forgetAttempts());

const keys = async () => (await (await fetch(`${identity.issuer}/jwks`)).json()) as JSONWebKeySet;

/** As a service does it: by the published keys alone. */
async function verified(token: string): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, createLocalJWKSet(await keys()), {
    issuer: identity.issuer,
    audience: 'waybill',
    typ: 'at+jwt',
    algorithms: ['Ed25519'],
  });
  return payload;
}

describe('what everybody may read', () => {
  test('the discovery document names the issuer and its addresses by one name, whoever asks by whichever', async () => {
    const told = await new Promise<string>((resolve, reject) => {
      const headers = { host: 'identity:8091', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
      request(`${identity.issuer}/.well-known/openid-configuration`, { headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks).toString()));
      })
        .on('error', reject)
        .end();
    });
    expect(JSON.parse(told)).toMatchObject({
      issuer: identity.issuer,
      authorization_endpoint: `${identity.issuer}/auth`,
      token_endpoint: `${identity.issuer}/token`,
      jwks_uri: `${identity.issuer}/jwks`,
      end_session_endpoint: `${identity.issuer}/session/end`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['Ed25519'],
    });
  });

  test('two keys are published, without their private part', async () => {
    const { keys: published } = await keys();
    expect(published).toHaveLength(2);
    for (const key of published) {
      expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519', use: 'sig' });
      expect(key).not.toHaveProperty('d');
    }
  });

  test('health and metrics', async () => {
    expect((await fetch(`${identity.issuer}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${identity.issuer}/metrics`)).text()).toContain('identity_sign_ins_total');
  });
});

describe('a person signs in', () => {
  test('and gets a token by RFC 9068, for five minutes', async () => {
    const { access_token: token, token_type: type, expires_in: seconds } = await new Browser(identity).tokens('customer');
    expect([type, seconds]).toEqual(['Bearer', 300]);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'Ed25519', typ: 'at+jwt', kid: (await keys()).keys[0]!.kid });
    const payload = await verified(token);
    expect(payload).toMatchObject({
      iss: identity.issuer,
      aud: 'waybill',
      sub: 'customer-1',
      roles: ['customer'],
      email: 'customer@example.com',
      client_id: 'shop',
      scope: 'api',
      jti: expect.any(String),
    });
    expect(payload.exp! - payload.iat!).toBe(300);
  });

  test.each([
    ['customer-2', { sub: 'customer-2', roles: ['customer'], email: 'customer-2@example.com' }],
    ['support', { sub: 'support', roles: ['support'] }],
    ['operator', { sub: 'operator', roles: ['operator'] }],
  ])('%s is who the token says', async (login, said) => {
    const payload = await verified((await new Browser(identity).tokens(login)).access_token);
    expect({ sub: payload.sub, roles: payload['roles'], ...('email' in payload && { email: payload['email'] }) }).toEqual(said);
  });

  test('and is not asked again by another page of the same browser', async () => {
    const browser = new Browser(identity);
    await browser.signIn('customer');
    expect(codeIn(await browser.authorize({ prompt: 'none' }))).toMatch(/./);
  });

  test('only with PKCE', async () => {
    const answer = await new Browser(identity).authorize({ code_challenge: '', code_challenge_method: '' });
    expect(answer.headers.get('location')).toContain('error=invalid_request');
    const plain = await new Browser(identity).authorize({ code_challenge_method: 'plain' });
    expect(plain.headers.get('location')).toContain('error=invalid_request');
  });

  test.each([
    ['a wrong verifier', { code_verifier: 'w'.repeat(43) }],
    ['another redirect_uri', { redirect_uri: 'http://127.0.0.1:8080/other' }],
    ['another client', { client_id: 'api-page' }],
  ])('%s gets nothing for the code', async (_, changed) => {
    const browser = new Browser(identity);
    expect(await browser.exchange(await browser.signIn('customer'), changed)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  test('a code is good once, and a second use takes back what the first one got', async () => {
    const browser = new Browser(identity);
    const code = await browser.signIn('customer');
    const { body } = await browser.exchange(code);
    expect(await browser.exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await browser.refresh(body.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('a redirect_uri that is not registered is refused on the page, and nobody is sent there', async () => {
    const answer = await new Browser(identity).authorize({ redirect_uri: 'http://127.0.0.1:8080/elsewhere' });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });
});

describe('a program signs in', () => {
  test('with its secret, in its own name', async () => {
    const { body } = await identity.machineToken();
    expect(await verified(body.access_token)).toMatchObject({
      sub: 'tools',
      client_id: 'tools',
      roles: ['machine'],
      scope: 'api',
    });
  });

  test('and gets no token for another system', async () => {
    const authorization = `Basic ${Buffer.from(`tools:${identity.toolsSecret}`).toString('base64')}`;
    const form = { grant_type: 'client_credentials', scope: 'api', resource: 'urn:another:api' };
    expect(await identity.token(form, { authorization })).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
  });

  test('and gets nothing with another secret', async () => {
    expect(await identity.machineToken('w'.repeat(43))).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });
});

describe('a refresh token', () => {
  test('is good once: using it again takes back the whole family', async () => {
    const browser = new Browser(identity);
    const first = await browser.tokens('customer');
    const second = await browser.refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(await verified(second.body.access_token)).toMatchObject({ sub: 'customer-1' });
    expect(await browser.refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    // The thief and the customer cannot be told apart: neither goes on.
    expect(await browser.refresh(second.body.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('is exchanged once when it comes many times at the same moment', async () => {
    const browser = new Browser(identity);
    const { refresh_token: token } = await browser.tokens('customer');
    const answers = await Promise.all(Array.from({ length: 8 }, () => browser.refresh(token)));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
  });

  test('or a code that two requests have found unused is used by one of them', async () => {
    const pool = openDatabase(identity.database.access, 'spec');
    try {
      const state = new ProtocolState(pool, 'AuthorizationCode');
      await state.upsert('a-code', { accountId: 'customer-1' }, 60);
      const used = await Promise.allSettled(Array.from({ length: 4 }, () => state.consume('a-code')));
      expect(used.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
      expect(await state.find('a-code')).toMatchObject({ consumed: expect.any(Number) });
    } finally {
      await pool.end();
    }
  });

  test('is kept as a hash alone, and so are codes and sessions', async () => {
    const browser = new Browser(identity);
    const code = await browser.signIn('customer');
    const { body } = await browser.exchange(code);
    const rows = await identity.database.dataSource.query<unknown[]>('SELECT * FROM protocol_state');
    const text = JSON.stringify(rows);
    expect(rows.length).toBeGreaterThan(0);
    for (const held of [code, body.refresh_token, browser.cookie('waybill_identity')!]) expect(text).not.toContain(held);
  });
});

describe('who signs out', () => {
  test('has no session and no refresh token any more, and is back at the shop', async () => {
    const browser = new Browser(identity);
    const { refresh_token: token } = await browser.tokens('customer');
    const asked = await browser.get(
      `/session/end?${new URLSearchParams({ client_id: 'shop', post_logout_redirect_uri: browser.redirect })}`,
    );
    const page = await asked.text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)![1]!;
    const ended = await browser.post('/session/end/confirm', { xsrf, logout: 'yes' });
    expect(ended.headers.get('location')).toBe(browser.redirect);
    expect((await browser.refresh(token)).status).toBe(400);
    const silent = await browser.authorize({ prompt: 'none' });
    expect(silent.headers.get('location')).toContain('error=login_required');
  });
});

describe('guessing', () => {
  const timed = async (login: string) => {
    const browser = new Browser(identity);
    const form = await browser.signInForm();
    const started = performance.now();
    const answer = await browser.post(form, { login, password: 'wrong' });
    const ms = performance.now() - started;
    const text = (await answer.text()).replaceAll(form, 'FORM');
    return { status: answer.status, text, ms };
  };

  test('a name that nobody has gets the answer of a wrong password, after as long', async () => {
    const wrong: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 4; round++) {
      const [one, other] = [await timed('customer'), await timed(`nobody-${round}`)];
      expect(one.status).toBe(401);
      expect({ ...other, ms: 0 }).toEqual({ ...one, ms: 0 });
      wrong.push(one.ms);
      unknown.push(other.ms);
    }
    // What is missing would be the whole check of the password.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...wrong) / 2);
  });

  test.each(['customer', 'nobody'])(
    '%s waits after five wrong passwords, also with the right one, and not for ever',
    async (login) => {
      for (let attempt = 0; attempt < 5; attempt++) expect((await timed(login)).status).toBe(401);
      const refused = await new Browser(identity).fillIn(login, identity.passwords['customer']!);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(FIRST_WAIT_S + 1);
      expect(await refused.text()).toContain('too many attempts');
      const last = await eventually('the wait is over', async () => {
        const { status } = await new Browser(identity).fillIn(login, identity.passwords['customer']!);
        return status !== 429 && status;
      });
      expect(last).toBe(login === 'customer' ? 303 : 401);
    },
  );

  test('guesses at the same moment are counted one by one', async () => {
    const browsers = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const browser = new Browser(identity);
        return { browser, form: await browser.signInForm() };
      }),
    );
    const statuses = await Promise.all(
      browsers.map(async ({ browser, form }) => (await browser.post(form, { login: 'support', password: 'wrong' })).status),
    );
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    expect(statuses.filter((status) => status === 303)).toEqual([]);
  });

  test('one address waits, whichever names it tries', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 21; attempt++) statuses.push((await timed(`somebody-${attempt}`)).status);
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
    expect(statuses[20]).toBe(429);
  });
});

describe('the signing key', () => {
  test('is not changed while services may not know the next one', () => {
    expect(identity.rotateSigningKey()).toMatchObject({ status: 1, said: expect.stringContaining('rotate again in') });
  });

  test('changes without a restart, and what the old one has signed stays good', async () => {
    const before = (await identity.machineToken()).body.access_token;
    const [, next] = (await keys()).keys;
    await identity.letKeysAge();
    expect(identity.rotateSigningKey()).toMatchObject({ status: 0, said: expect.stringContaining(next!.kid!) });
    const after = await eventually('the next key signs', async () => {
      const { body } = await identity.machineToken();
      return decodeProtectedHeader(body.access_token).kid === next!.kid && body.access_token;
    });
    expect(await verified(after)).toMatchObject({ sub: 'tools' });
    expect(await verified(before)).toMatchObject({ sub: 'tools' });
    // The old one, the one that signs, and the next.
    expect((await keys()).keys).toHaveLength(3);
  });
});

describe('a kill -9', () => {
  test('ends no session, no sign-in that is under way and no refresh token, and makes no other keys', async () => {
    const signedIn = new Browser(identity);
    const { refresh_token: token } = await signedIn.tokens('customer');
    const underWay = new Browser(identity);
    const form = await underWay.signInForm();
    const published = await keys();
    await identity.end('SIGKILL');
    await identity.startAgain();
    expect(await keys()).toEqual(published);
    expect(codeIn(await signedIn.authorize({ prompt: 'none' }))).toMatch(/./);
    expect((await signedIn.refresh(token)).status).toBe(200);
    const filledIn = await underWay.post(form, { login: 'customer', password: identity.passwords['customer']! });
    expect(codeIn(await underWay.get(pathOf(filledIn)))).toMatch(/./);
  });

  test('nor does a clean stop, which ends by itself', async () => {
    const browser = new Browser(identity);
    await browser.signIn('customer');
    await identity.end('SIGTERM');
    await identity.startAgain();
    expect(codeIn(await browser.authorize({ prompt: 'none' }))).toMatch(/./);
  });
});

test('what has ended is deleted: codes and sessions at their end, attempts to sign in an hour after the last one', async () => {
  const pool = openDatabase(identity.database.access, 'spec');
  try {
    for (const [id, seconds] of Object.entries({ ended: -1, good: 60 }))
      await new ProtocolState(pool, 'Session').upsert(id, { accountId: 'customer-1' }, seconds);
    await pool.query(
      `INSERT INTO sign_in_attempts (key, attempts, last_at)
       VALUES ('old', 3, now() - interval '61 minutes'), ('young', 3, now() - interval '59 minutes')`,
    );
    await clean(pool);
    const { rows: attempts } = await pool.query(`SELECT key FROM sign_in_attempts WHERE key IN ('old', 'young')`);
    expect(attempts).toEqual([{ key: 'young' }]);
    const { rows: ended } = await pool.query('SELECT 1 FROM protocol_state WHERE expires_at <= now()');
    expect(ended).toEqual([]);
    expect(await new ProtocolState(pool, 'Session').find('good')).toMatchObject({ accountId: 'customer-1' });
  } finally {
    await pool.end();
  }
});

describe('the step that prepares the database', () => {
  test('may be run again: people and their passwords are the same', async () => {
    const hashes = () => identity.database.dataSource.query<unknown[]>('SELECT login, password_hash FROM people ORDER BY login');
    const before = await hashes();
    identity.prepare();
    expect(await hashes()).toEqual(before);
  });
});

describe('the pages', () => {
  const page = async (language: string) => {
    const browser = new Browser(identity);
    return browser.get(await browser.signInForm(), { 'accept-language': language });
  };

  test.each([
    ['en-GB,en;q=0.9', 'lang="en"', 'Sign in to Waybill'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'lang="zh-CN"', '登录 Waybill'],
    ['fr', 'lang="en"', 'Sign in to Waybill'],
    ['en;q=0.3, zh-TW;q=0.7', 'lang="zh-CN"', '登录 Waybill'],
  ])('speak the language of the browser: %s', async (asked, language, words) => {
    const text = await (await page(asked)).text();
    expect(text).toContain(language);
    expect(text).toContain(words);
  });

  test('run nothing and load their style alone, and no other page may frame them', async () => {
    const answer = await page('en');
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(await answer.text()).not.toMatch(/<script|style=|onclick/);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('keep their cookies from scripts and from other sites', async () => {
    const browser = new Browser(identity);
    await browser.signIn('customer');
    expect(browser.setCookies.length).toBeGreaterThan(0);
    for (const cookie of browser.setCookies) expect(cookie).toMatch(/samesite=lax.*httponly/i);
  });

  test('take no form of another page, and none of another browser', async () => {
    const browser = new Browser(identity);
    const form = await browser.signInForm();
    const filled = { login: 'customer', password: identity.passwords['customer']! };
    expect((await browser.post(form, filled, { origin: 'http://127.0.0.1:9999' })).status).toBe(400);
    expect((await new Browser(identity).post(form, filled)).status).toBe(400);
  });

  test('answer to no other name: an attacker may have one that leads here', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${identity.issuer}/auth`, { headers: { host: 'evil.example' } }, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
  });

  test('write what came from outside as text', async () => {
    const answer = await new Browser(identity).authorize({ redirect_uri: 'http://x/"><script>alert(1)</script>' });
    expect(await answer.text()).not.toContain('<script>');
  });
});

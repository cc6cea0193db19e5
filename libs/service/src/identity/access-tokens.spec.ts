import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { badTokens, type IssuerUnderTest, issuerUnderTest } from '@waybill/testing';
import { AccessTokens } from './access-tokens.js';
import { SigningKeys } from './signing-keys.js';

const ada = { sub: 'ada', roles: ['customer'], email: 'ada@example.com' };

let issuer: IssuerUnderTest;
let now: number;
let tokens: AccessTokens;
beforeAll(async () => {
  issuer = await issuerUnderTest();
});
afterAll(() => issuer.close());
const fresh = () => {
  now = Date.now();
  tokens = new AccessTokens(issuer.config, new SigningKeys(issuer.config.keysUrl), () => now);
};
beforeAll(fresh);

test('a good token tells who asks', async () => {
  expect(await tokens.verify(await issuer.tokenOf({ ...ada, roles: ['customer', 'of another system'] }))).toEqual({
    subject: 'ada',
    roles: ['customer'],
    client: 'spec',
    email: 'ada@example.com',
  });
});

test('a token may be for several audiences', async () => {
  const claims = { ...issuer.goodClaims(ada), aud: ['waybill', 'another'] };
  expect(await tokens.verify(await issuer.sign(claims))).toMatchObject({ subject: 'ada' });
});

test('a bad token tells nobody, and is not remembered', async () => {
  const other = await issuer.publish('ES256');
  fresh();
  const letIn: string[] = [];
  for (const { name, authorization } of await badTokens(issuer, ada, other)) {
    const [token] = authorization.length === 1 && authorization[0]!.startsWith('Bearer ') ? [authorization[0]!.slice(7)] : [];
    if (token === undefined) continue;
    await tokens.verify(token).then(
      () => letIn.push(name),
      (error: unknown) => expect([name, (error as Error).name]).toEqual([name, 'TokenRefused']),
    );
    expect(tokens.known(token)).toBeUndefined();
  }
  expect(letIn).toEqual([]);
});

describe('a token that was verified', () => {
  test('is known for 30 s, and then verified again', async () => {
    fresh();
    const token = await issuer.tokenOf(ada);
    expect(tokens.known(token)).toBeUndefined();
    await tokens.verify(token);
    now += 29_999;
    expect(tokens.known(token)).toMatchObject({ subject: 'ada' });
    now += 1;
    expect(tokens.known(token)).toBeUndefined();
    expect(await tokens.verify(token)).toMatchObject({ subject: 'ada' });
  });

  test('is not known beyond its own end', async () => {
    fresh();
    const second = Math.floor(now / 1_000);
    const token = await issuer.sign({ ...issuer.goodClaims(ada), exp: second + 10 });
    await tokens.verify(token);
    now = (second + 10) * 1_000 - 1;
    expect(tokens.known(token)).toMatchObject({ subject: 'ada' });
    now += 1;
    expect(tokens.known(token)).toBeUndefined();
    now += 6_000;
    await expect(tokens.verify(token)).rejects.toMatchObject({ reason: 'exp: ERR_JWT_EXPIRED' });
  });

  test('makes place for later ones: of 10 that may be known, an eleventh makes the first one forgotten', async () => {
    now = Date.now();
    tokens = new AccessTokens(issuer.config, new SigningKeys(issuer.config.keysUrl), () => now, 10);
    const given = await Promise.all(Array.from({ length: 11 }, () => issuer.tokenOf(ada)));
    for (const token of given) await tokens.verify(token);
    expect(given.map((token) => tokens.known(token) !== undefined)).toEqual([false, ...Array.from({ length: 10 }, () => true)]);
  });
});

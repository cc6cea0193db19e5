import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { eventually, type IssuerUnderTest, issuerUnderTest } from '@waybill/testing';
import { AccessTokens } from './access-tokens.js';
import { KeysUnknown, SigningKeys } from './signing-keys.js';

let issuer: IssuerUnderTest;
let now: number;
let tokens: AccessTokens;
beforeAll(async () => {
  Logger.overrideLogger(false);
  issuer = await issuerUnderTest();
});
afterAll(() => issuer.close());
beforeEach(() => {
  now = 1_000_000;
  issuer.says(undefined);
  tokens = new AccessTokens(issuer.config, new SigningKeys(issuer.config.keysUrl, { now: () => now }));
});

const ada = { sub: 'ada' };
const letsIn = async () => (await tokens.verify(await issuer.tokenOf(ada))).subject === 'ada';
/** How often the issuer is asked while this is done. */
async function asks(what: () => Promise<unknown>): Promise<number> {
  const before = issuer.asked();
  await what();
  return issuer.asked() - before;
}

test('are asked for once, however many tokens come at once', async () => {
  expect(await asks(() => Promise.all(Array.from({ length: 20 }, letsIn)))).toBe(1);
});

test('a key that is new is asked for, but names that are made up cost the issuer one question in 30 s', async () => {
  await letsIn();
  const stranger = await issuer.newKey('Ed25519');
  const madeUp = async () => {
    const token = await issuer.sign(issuer.goodClaims(ada), {}, stranger);
    await expect(tokens.verify(token)).rejects.toMatchObject({ reason: 'ERR_JWKS_NO_MATCHING_KEY' });
  };
  expect(await asks(() => Promise.all(Array.from({ length: 20 }, madeUp)))).toBe(0);
  now += 30_000;
  expect(await asks(() => Promise.all(Array.from({ length: 20 }, madeUp)))).toBe(1);
  now += 30_000;
  issuer.signBy(await issuer.publish());
  expect(await asks(async () => expect(await letsIn()).toBe(true))).toBe(1);
});

describe('while the issuer', () => {
  test.each([
    ['does not answer', { status: 503, body: '' }],
    ['answers nonsense', { status: 200, body: 'hello' }],
    ['answers that it has no keys', { status: 200, body: '{"keys":[]}' }],
    ['answers something else', { status: 200, body: '{}' }],
  ])('%s, the last keys go on serving', async (_, answer) => {
    await letsIn();
    issuer.says(answer);
    for (let count = 0; count < 3; count += 1) {
      now += 30_000;
      const before = issuer.asked();
      // The question is asked beside the requests.
      await eventually('the issuer is asked', async () => (await letsIn()) && issuer.asked() > before);
    }
    expect(await letsIn()).toBe(true);
  });

  test('has never answered nobody can tell, and it is asked once in a second', async () => {
    issuer.says({ status: 503, body: '' });
    expect(await asks(() => expect(letsIn()).rejects.toThrow(KeysUnknown))).toBe(1);
    expect(await asks(() => expect(letsIn()).rejects.toThrow(KeysUnknown))).toBe(0);
    now += 1_000;
    issuer.says(undefined);
    expect(await letsIn()).toBe(true);
  });
});

test('a key that is published no more opens nothing after the next question', async () => {
  await letsIn();
  const old = issuer.signing();
  issuer.signBy(await issuer.publish());
  issuer.keep(1);
  now += 30_000;
  await letsIn();
  const token = await issuer.sign(issuer.goodClaims(ada), {}, old);
  await expect(tokens.verify(token)).rejects.toMatchObject({ reason: 'ERR_JWKS_NO_MATCHING_KEY' });
});

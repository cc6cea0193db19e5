import { beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Unanswered } from '../../shared/ask.ts';
import { makeSession } from './session.ts';

const ISSUER = 'http://issuer.example';
const SHOP = 'http://shop.example';

class Shelf {
  readonly texts = new Map<string, string>();
  getItem = (key: string) => this.texts.get(key) ?? null;
  setItem = (key: string, text: string) => void this.texts.set(key, text);
  removeItem = (key: string) => void this.texts.delete(key);
}

const idToken = `x.${Buffer.from(JSON.stringify({ sub: 'customer-1', email: 'ada@example.com' })).toString('base64url')}.x`;

let tab: Shelf;
let keeper: Shelf;
/** What the issuer was asked for tokens with. */
let asked: URLSearchParams[];
let left: URL[];
let replaced: string[];
let clock: number;
let away: boolean;
/** Good once, as the issuer has it. */
let refreshToken: string;

beforeEach(() => {
  tab = new Shelf();
  keeper = new Shelf();
  asked = [];
  left = [];
  replaced = [];
  clock = 0;
  away = false;
  refreshToken = 'refresh-0';
});

function answer(url: string, init?: RequestInit): Response {
  if (url === '/sign-in.json') return Response.json({ issuer: ISSUER });
  if (away) throw new TypeError('Failed to fetch');
  if (url === `${ISSUER}/jwks`) return Response.json({ keys: [] });
  const form = init!.body as URLSearchParams;
  asked.push(form);
  const good = form.get('code') === 'good' || form.get('refresh_token') === refreshToken;
  if (!good) return Response.json({ error: 'invalid_grant' }, { status: 400 });
  refreshToken = `refresh-${asked.length}`;
  const tokens = { access_token: `access-${asked.length}`, refresh_token: refreshToken, id_token: idToken, expires_in: 300 };
  return Response.json(tokens);
}

/** The shop at an address, as it is when somebody opens it. */
const open = (path = '/', search = '') => {
  let random = 0;
  return makeSession({
    tab,
    keeper,
    fetch: async (url, init) => answer(url, init),
    place: { origin: SHOP, path, search },
    leave: async (url) => void left.push(new URL(url)),
    replace: (to) => void replaced.push(to),
    random: () => `random-${(random += 1)}`,
    digest: async (text) => createHash('sha256').update(text).digest('base64url'),
    now: () => clock,
  });
};

/** Somebody has signed in from `path` on, and is back. */
async function signedIn(path = '/basket') {
  await open(path).signIn();
  const { state } = Object.fromEntries(left.at(-1)!.searchParams) as { state: string };
  const session = open('/', `?${new URLSearchParams({ code: 'good', state, iss: ISSUER })}`);
  await session.start();
  return session;
}

describe('signing in', () => {
  it('leaves for the issuer with PKCE, and comes back to where it was, with the code out of the address', async () => {
    const session = await signedIn('/basket');
    const sent = Object.fromEntries(left[0]!.searchParams);
    expect(left[0]!.origin).toBe(ISSUER);
    expect(sent).toMatchObject({
      client_id: 'shop',
      response_type: 'code',
      redirect_uri: `${SHOP}/`,
      code_challenge_method: 'S256',
    });
    const { code_verifier: verifier } = Object.fromEntries(asked[0]!) as Record<string, string>;
    expect(sent['code_challenge']).toBe(createHash('sha256').update(verifier!).digest('base64url'));
    expect(replaced).toEqual(['/basket']);
    expect(session.person.read()).toEqual({ sub: 'customer-1', email: 'ada@example.com' });
    expect(await session.token()).toBe('access-1');
  });

  it('keeps no token where a later page could find it', async () => {
    await signedIn();
    const kept = JSON.stringify([...tab.texts, ...keeper.texts]);
    expect(kept).not.toMatch(/access-|refresh-|customer-1/);
  });

  it.each([
    ['that this tab has not asked for', { code: 'good', state: 'another', iss: ISSUER }],
    ['of another issuer', { code: 'good', state: 'random-1', iss: 'http://evil.example' }],
  ])('takes no answer %s', async (_, answered) => {
    await open().signIn();
    const session = open('/', `?${new URLSearchParams(answered)}`);
    await session.start();
    expect([session.person.read(), asked]).toEqual([undefined, []]);
  });
});

describe('a page that is loaded anew', () => {
  it('asks the issuer without a question when somebody has signed in here before', async () => {
    await signedIn();
    await open('/orders').start();
    expect(Object.fromEntries(left.at(-1)!.searchParams)).toMatchObject({ prompt: 'none' });
  });

  it('leaves for nobody where nobody has', async () => {
    await open('/orders').start();
    expect(left).toEqual([]);
  });

  it('is shown without a person when the issuer knows nobody, and asks no more by itself', async () => {
    await signedIn();
    await open('/orders').start();
    const { state } = Object.fromEntries(left.at(-1)!.searchParams) as { state: string };
    const session = open('/', `?${new URLSearchParams({ error: 'login_required', state, iss: ISSUER })}`);
    await session.start();
    expect([session.person.read(), replaced.at(-1)]).toEqual([undefined, '/orders']);
    const before = left.length;
    await open('/orders').start();
    expect(left).toHaveLength(before);
  });

  it('stays when the issuer is away, whose error page would take the place of the shop', async () => {
    await signedIn();
    away = true;
    const before = left.length;
    await open('/orders').start();
    expect(left).toHaveLength(before);
  });
});

describe('a token', () => {
  it('is renewed before it ends, once for all that ask at the same time', async () => {
    const session = await signedIn();
    clock = 285_000;
    expect(await Promise.all([session.token(), session.token(), session.renewed('access-1')])).toEqual(Array(3).fill('access-2'));
    expect(asked.map((form) => form.get('grant_type'))).toEqual(['authorization_code', 'refresh_token']);
  });

  it('that a service has refused is renewed, unless it was meanwhile', async () => {
    const session = await signedIn();
    expect(await session.renewed('access-1')).toBe('access-2');
    expect(await session.renewed('access-1')).toBe('access-2');
  });

  it('is not renewed when the session has ended, and nobody is signed in any more', async () => {
    const session = await signedIn();
    refreshToken = 'taken back';
    clock = 285_000;
    let told = 0;
    session.person.subscribe(() => (told += 1));
    expect(await session.token()).toBeUndefined();
    expect([session.person.read(), told]).toEqual([undefined, 1]);
  });

  it('cannot be renewed while the issuer is away, and the person stays', async () => {
    const session = await signedIn();
    clock = 285_000;
    away = true;
    await expect(session.token()).rejects.toBeInstanceOf(Unanswered);
    away = false;
    expect(await session.token()).toBe('access-2');
  });
});

describe('signing out', () => {
  it('leaves for the issuer, which ends the session, and is not undone by the next page', async () => {
    const session = await signedIn();
    await session.signOut();
    expect(left.at(-1)!.href).toBe(
      `${ISSUER}/session/end?client_id=shop&post_logout_redirect_uri=${encodeURIComponent(`${SHOP}/`)}`,
    );
    const before = left.length;
    await open('/').start();
    expect(left).toHaveLength(before);
  });
});

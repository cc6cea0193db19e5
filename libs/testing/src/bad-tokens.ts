import { createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { IssuerUnderTest } from './issuer-under-test.js';

/** A request that must be let in nowhere, whoever `sub` would be. */
export interface BadToken {
  readonly name: string;
  /** The values of `Authorization`; none, one or two. */
  readonly authorization: readonly string[];
  readonly query?: string;
  /** Where it is more than a token that is not good: the request itself can mean two things, or is too large for an edge. */
  readonly alsoAnswered?: readonly number[];
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Every way to have no good token that we know of. `signs` makes tokens as the issuer does. `other` is another published key of
 * the issuer, whose algorithm is not one of those that services take.
 */
export async function badTokens(
  { goodClaims, sign, newKey, signing }: Pick<IssuerUnderTest, 'goodClaims' | 'sign' | 'newKey' | 'signing'>,
  of: Parameters<IssuerUnderTest['goodClaims']>[0],
  other?: Awaited<ReturnType<IssuerUnderTest['newKey']>>,
): Promise<BadToken[]> {
  const good = goodClaims(of);
  const token = await sign(good);
  const [head, body, signature] = token.split('.') as [string, string, string];
  const { kid, jwk } = signing();
  const now = good.iat!;
  const own = await newKey('Ed25519');
  const rsa = await newKey('RS256');
  const hs256 = (secret: string, header: object) => {
    const signed = `${base64url({ alg: 'HS256', typ: 'at+jwt', ...header })}.${body}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };
  const pem = `-----BEGIN PUBLIC KEY-----\n${spki(jwk.x!)}\n-----END PUBLIC KEY-----\n`;
  const without = (name: keyof JWTPayload) => sign(Object.fromEntries(Object.entries(good).filter(([key]) => key !== name)));
  const withHeader = (header: object) =>
    `${base64url({ alg: signing().alg, kid, typ: 'at+jwt', ...header })}.${body}.${signature}`;

  const bearers: Record<string, string> = {
    'that is expired': await sign({ ...good, iat: now - 600, exp: now - 300 }),
    'of the future, by nbf': await sign({ ...good, nbf: now + 300 }),
    'of the future, by iat': await sign({ ...good, iat: now + 300, exp: now + 600 }),
    'without an end': await without('exp'),
    'whose end is text': await sign({ ...good, exp: String(good.exp) as unknown as number }),
    'for another audience': await sign({ ...good, aud: 'another' }),
    'for an audience that begins as ours': await sign({ ...good, aud: 'waybill-2' }),
    'for no audience': await without('aud'),
    'of another issuer': await sign({ ...good, iss: 'https://issuer.example' }),
    'of our issuer with a slash': await sign({ ...good, iss: `${good.iss!}/` }),
    'of no issuer': await without('iss'),
    'without a subject': await without('sub'),
    'whose subject is empty': await sign({ ...good, sub: '' }),
    'whose subject has U+0000': await sign({ ...good, sub: 'a\0b' }),
    'without a client': await without('client_id'),
    'without roles': await without('roles' as 'sub'),
    'whose roles are one text': await sign({ ...good, roles: 'customer' }),
    'whose roles are an object': await sign({ ...good, roles: { customer: true } }),
    'without a date': await without('iat'),
    'that is not signed, alg none': `${base64url({ alg: 'none', kid, typ: 'at+jwt' })}.${body}.`,
    'that is not signed, alg nOnE': `${base64url({ alg: 'nOnE', kid, typ: 'at+jwt' })}.${body}.`,
    'whose signature is cut off': `${head}.${body}.`,
    'signed by HS256 with the public key': hs256(pem, { kid }),
    'signed by HS256 with the public key as the issuer writes it': hs256(JSON.stringify(jwk), { kid }),
    'signed by HS256 with nothing': hs256('', { kid }),
    'signed by another key under our name': await sign(good, { kid }, own),
    'signed by a key that is not published': await sign(good, {}, own),
    'signed by a key that it brings along': await sign(good, { kid, jwk: own.jwk }, own),
    'signed by a key from an address that it names': await sign(good, { kid: own.kid, jku: 'http://127.0.0.1:1/' }, own),
    'signed by RS256': await sign(good, { kid }, rsa),
    'of an unknown algorithm': withHeader({ alg: 'ED25519' }),
    'of no algorithm': withHeader({ alg: undefined }),
    'that names no key': await sign(good, { kid: undefined }),
    'whose key is a number': await sign(good, { kid: 7 }),
    'whose key is a path': await sign(good, { kid: '../../dev/null' }),
    'of type JWT': await sign(good, { typ: 'JWT' }),
    'of no type': await sign(good, { typ: undefined }),
    'with an extension that is critical': withHeader({ crit: ['exp'], exp: now + 300 }),
    'that is an id token': await sign({ ...good, aud: 'shop', nonce: 'n' }, { typ: undefined }),
    'whose payload was changed': `${head}.${base64url({ ...good, sub: 'somebody-else', roles: ['machine'] })}.${signature}`,
    'whose signature was changed': `${head}.${body}.${flip(signature)}`,
    'whose signature is of another token': `${head}.${body}.${(await sign({ ...good, jti: 'x' })).split('.')[2]!}`,
    'that was cut': token.slice(0, -20),
    'with a fourth part': `${token}.x`,
    'with two parts': `${head}.${body}`,
    'inside a token': await sign({ ...good, sub: '', token }, { cty: 'JWT' }),
    'whose payload is no JSON': `${head}.${Buffer.from('hello').toString('base64url')}.${signature}`,
    'whose payload is a list': `${head}.${base64url([good])}.${signature}`,
    'that is garbage': 'garbage',
    'that is three dots': '..',
    'that is longer than any': `${head}.${body}.${'A'.repeat(5_000)}`,
    ...(other && { 'signed by a published key of another algorithm': await sign(good, {}, other) }),
  };
  return [
    { name: 'none', authorization: [] },
    { name: 'in the address', authorization: [], query: `access_token=${token}` },
    { name: 'twice', authorization: [`Bearer ${token}`, `Bearer ${token}`], alsoAnswered: [400] },
    { name: 'beside garbage', authorization: [`Bearer ${token}`, 'Bearer x'], alsoAnswered: [400] },
    { name: 'that is empty', authorization: ['Bearer '] },
    { name: 'without a scheme', authorization: [token] },
    { name: 'behind Basic', authorization: [`Basic ${Buffer.from(`x:${token}`).toString('base64')}`] },
    { name: 'behind DPoP', authorization: [`DPoP ${token}`] },
    { name: 'behind two schemes', authorization: [`Bearer Bearer ${token}`] },
    { name: 'with a neighbour', authorization: [`Bearer ${token}, Bearer ${token}`] },
    { name: 'in quotes', authorization: [`Bearer "${token}"`] },
    { name: 'that is as long as a header may be', authorization: [`Bearer ${'A'.repeat(7_000)}`] },
    { name: 'that is longer than a header may be', authorization: [`Bearer ${'A'.repeat(40_000)}`], alsoAnswered: [400, 431] },
    ...Object.entries(bearers).map(([name, bearer]) => ({ name, authorization: [`Bearer ${bearer}`] })),
  ];
}

/** An Ed25519 key in DER is this and its 32 bytes. */
const spki = (x: string) =>
  Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(x, 'base64url')]).toString('base64');

/** The first letter, because the last one has bits that mean nothing. */
const flip = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);

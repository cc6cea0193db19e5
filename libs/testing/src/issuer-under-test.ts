import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whom a token is for. What is left out is as a good token has it. */
export interface TokenOf {
  readonly sub: string;
  readonly roles?: readonly string[];
  readonly email?: string;
}

interface Signing {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/**
 * An issuer for specs: it publishes its keys on a real port, and makes tokens for whomever a spec names. It signs nobody in.
 * Whoever is asked for a person's token in a running system has a real issuer (`apps/identity`).
 */
export async function issuerUnderTest({ alg = 'Ed25519' } = {}) {
  let published: Signing[] = [];
  let signing: Signing;
  let count = 0;
  let asked = 0;
  /** What it answers in place of its keys. */
  let says: { status: number; body: string } | undefined;

  const newKey = async (algorithm: string): Promise<Signing> => {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const kid = `key-${(count += 1)}`;
    return { kid, alg: algorithm, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' } };
  };
  published = [(signing = await newKey(alg))];

  const server = createServer((_request, response) => {
    asked += 1;
    const { status, body } = says ?? { status: 200, body: JSON.stringify({ keys: published.map(({ jwk }) => jwk) }) };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const goodClaims = ({ sub, roles = ['customer'], email }: TokenOf): JWTPayload => {
    const now = Math.floor(Date.now() / 1_000);
    const times = { iat: now, exp: now + 300 };
    return {
      iss: issuer,
      aud: 'waybill',
      sub,
      roles,
      client_id: 'spec',
      jti: `jti-${(count += 1)}`,
      ...times,
      ...(email && { email }),
    };
  };
  /** A token of these claims, signed as the issuer signs, but for what is given. */
  const sign = (claims: JWTPayload, header: Record<string, unknown> = {}, by: Signing = signing) =>
    new SignJWT(claims).setProtectedHeader({ alg: by.alg, kid: by.kid, typ: 'at+jwt', ...header }).sign(by.privateKey);

  return {
    issuer,
    /** What a service is told of its issuer. */
    config: { issuer, keysUrl: `${issuer}/jwks`, algorithms: ['Ed25519', 'EdDSA'] },
    goodClaims,
    sign,
    tokenOf: (of: TokenOf) => sign(goodClaims(of)),
    newKey,
    signing: () => signing,
    /** Publishes one more key, which signs nothing yet. */
    async publish(algorithm = alg): Promise<Signing> {
      const key = await newKey(algorithm);
      published.push(key);
      return key;
    },
    /** Signs by this key from now on. */
    signBy(key: Signing) {
      signing = key;
    },
    /** Publishes the newest so many keys and no others. */
    keep(newest: number) {
      published = published.slice(-newest);
    },
    /** How often somebody has read the keys. */
    asked: () => asked,
    /** Answers this in place of its keys; undefined: the keys again. */
    says(answer: typeof says) {
      says = answer;
    },
    close: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

export type IssuerUnderTest = Awaited<ReturnType<typeof issuerUnderTest>>;

import { hash } from 'node:crypto';
import { errors, jwtVerify, type JWTVerifyOptions } from 'jose';
import { identityIn, type Identity } from './identity.js';
import type { SigningKeys } from './signing-keys.js';

/** What every access token of this system is for (RFC 9068): one that was made for another system opens nothing here. */
export const AUDIENCE = 'waybill';

/** Longer than any token that our issuer makes, and short enough to be hashed for nothing. */
const LONGEST = 4_096;
/** How far the clocks of two machines may be apart. */
const CLOCKS_APART_S = 5;
/** A token that was verified is believed so long without being verified again. */
const BELIEVED_MS = 30_000;
/** Some megabytes. Beyond that the token that was verified first is forgotten first. */
const MOST_KNOWN = 10_000;

/** A token that opens nothing. `reason` is for our log and metric: the client is not told what to do better. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  constructor(readonly reason: string) {
    super(`The access token was refused: ${reason}.`);
  }
}

export interface IdentityConfig {
  readonly issuer: string;
  readonly keysUrl: string;
  readonly algorithms: readonly string[];
}

/** Tells who asks by their access token. Verifying costs 0.1 ms, and looking a known token up some microseconds. */
export class AccessTokens {
  readonly #known = new Map<string, { readonly identity: Identity; readonly until: number }>();
  readonly #rules: JWTVerifyOptions;

  constructor(
    { issuer, algorithms }: Pick<IdentityConfig, 'issuer' | 'algorithms'>,
    private readonly keys: Pick<SigningKeys, 'find'>,
    /** Milliseconds of the clock that tokens are dated by. */
    private readonly now: () => number = Date.now,
    private readonly mostKnown = MOST_KNOWN,
  ) {
    this.#rules = {
      issuer,
      audience: AUDIENCE,
      // The token does not choose how it is verified.
      algorithms: [...algorithms],
      // An id token is signed by the same keys, and says who somebody is, not what they may.
      typ: 'at+jwt',
      requiredClaims: ['sub', 'exp', 'iat', 'client_id'],
      clockTolerance: CLOCKS_APART_S,
    };
  }

  /** Who sent a token that was verified a moment ago. Undefined: `verify` must tell. */
  known(token: string): Identity | undefined {
    if (token.length > LONGEST) return undefined;
    const name = nameOf(token);
    const entry = this.#known.get(name);
    if (entry === undefined) return undefined;
    if (this.now() < entry.until) return entry.identity;
    this.#known.delete(name);
    return undefined;
  }

  /** @throws TokenRefused, or KeysUnknown when nobody can tell. */
  async verify(token: string): Promise<Identity> {
    if (token.length > LONGEST) throw new TokenRefused('too long');
    const now = this.now();
    const { payload } = await jwtVerify(token, this.keys.find, { ...this.#rules, currentDate: new Date(now) }).catch(refused);
    // jose looks at this claim only when it is given a greatest age.
    if (payload.iat! * 1_000 > now + CLOCKS_APART_S * 1_000) throw new TokenRefused('iat: of the future');
    const identity = identityIn(payload);
    if (!identity) throw new TokenRefused('claims');
    this.#remember(nameOf(token), identity, Math.min(payload.exp! * 1_000, now + BELIEVED_MS));
    return identity;
  }

  #remember(name: string, identity: Identity, until: number): void {
    // A Map keeps the order in which its keys were put in.
    if (this.#known.size >= this.mostKnown) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(name, { identity, until });
  }
}

/** A memory dump has no tokens by it. */
const nameOf = (token: string) => hash('sha256', token, 'base64');

function refused(error: unknown): never {
  if (!(error instanceof errors.JOSEError)) throw error;
  // Two claims have the same code.
  const claim = error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired ? `${error.claim}: ` : '';
  throw new TokenRefused(`${claim}${error.code}`);
}

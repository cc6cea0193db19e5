import { Logger } from '@nestjs/common';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** How seldom the issuer is asked for its keys, whatever tokens come. A new key must be published for longer before it signs. */
const AT_MOST_EVERY_MS = 30_000;
/** Until the issuer has answered once, nobody can be let in. */
const FIRST_TIME_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 2_000;

/** The issuer has never told its keys: nobody can say whether a token is good. */
export class KeysUnknown extends Error {
  override readonly name = 'KeysUnknown';
  constructor() {
    super('The issuer has not told its keys yet.');
  }
}

export interface SigningKeysOptions {
  readonly atMostEveryMs?: number;
  readonly firstTimeEveryMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/**
 * The public keys of the issuer. They are asked for again beside the requests when they are 30 s old, and at once for a token
 * that names another key, but never more often than every 30 s: a stranger who makes up names of keys costs the issuer nothing.
 * While the issuer does not answer, or answers nonsense, the last keys go on serving.
 */
export class SigningKeys {
  readonly #log = new Logger(SigningKeys.name);
  readonly #atMostEveryMs: number;
  readonly #firstTimeEveryMs: number;
  readonly #now: () => number;
  #known: ReturnType<typeof createLocalJWKSet> | undefined;
  #askedAt = -Infinity;
  #asking: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    {
      atMostEveryMs = AT_MOST_EVERY_MS,
      firstTimeEveryMs = FIRST_TIME_EVERY_MS,
      now = () => performance.now(),
    }: SigningKeysOptions = {},
  ) {
    this.#atMostEveryMs = atMostEveryMs;
    this.#firstTimeEveryMs = firstTimeEveryMs;
    this.#now = now;
  }

  /**
   * The key that a token's header names.
   * @throws KeysUnknown, or one of jose's errors: there is no such key.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    // Without a name jose would try the only key that fits, and a second key would make good tokens bad.
    if (typeof header?.kid !== 'string') throw new errors.JWKSNoMatchingKey();
    const asked = this.#ask();
    if (!this.#known) await asked;
    if (!this.#known) throw new KeysUnknown();
    const known = this.#known;
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await asked;
      if (this.#known === known) throw error;
      return this.#known(header, token);
    }
  };

  /** Asks the issuer, unless it was asked a moment ago. Resolves when the question under way is answered. */
  #ask(): Promise<void> {
    const every = this.#known ? this.#atMostEveryMs : this.#firstTimeEveryMs;
    if (!this.#asking && this.#now() - this.#askedAt >= every) {
      this.#askedAt = this.#now();
      this.#asking = this.#read().finally(() => (this.#asking = undefined));
    }
    return this.#asking ?? Promise.resolve();
  }

  async #read(): Promise<void> {
    try {
      const answer = await fetch(this.url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      if (!answer.ok) throw new Error(`the answer is ${answer.status}`);
      const set = (await answer.json()) as JSONWebKeySet;
      const keys = createLocalJWKSet(set);
      if (set.keys.length === 0) throw new Error('it has no key');
      this.#known = keys;
    } catch (error) {
      const then = this.#known ? 'The last ones go on serving.' : 'Until it does, nobody can sign in here.';
      this.#log.warn({ err: error }, `The issuer does not tell its keys at ${this.url}. ${then}`);
    }
  }
}

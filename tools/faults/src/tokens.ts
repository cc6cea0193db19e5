import type { Token } from '@waybill/sign-in';

/** A client does not show a token that ends before its request is answered. */
const ENDS_SOON_MS = 20_000;

/**
 * Tokens of every age in turn, also those that a key of before has signed: another one is asked for every `everyMs`, and each is used
 * until it ends.
 */
export function tokensOfEveryAge(signIn: () => Promise<Token>, everyMs: number, now = Date.now): () => Promise<string> {
  let tokens: Token[] = [];
  let askedAt = -Infinity;
  let asking: Promise<unknown> = Promise.resolve();
  let n = 0;
  return async () => {
    if (now() - askedAt >= everyMs) {
      askedAt = now();
      asking = signIn().then((token) => tokens.push(token));
      // Who needs it is told below; the others have their tokens.
      asking.catch(() => undefined);
    }
    const good = () => (tokens = tokens.filter(({ expiresAt }) => expiresAt - now() > ENDS_SOON_MS));
    if (good().length === 0) await asking;
    const token = good()[n++ % tokens.length];
    if (!token) throw new Error('The issuer gave a token that ends at once.');
    return token.value;
  };
}

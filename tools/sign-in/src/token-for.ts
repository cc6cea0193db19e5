import type { Person } from '@waybill/deploy';
import { readConnections } from '@waybill/stack';
import { signInAsMachine, signInByCode, type Token } from './authorization-code.ts';

/** Whom a token speaks for. `machine` is a program that may act for every customer. */
export type Who = Person | 'machine';

/** What an issuer is asked with. */
export interface Identity {
  readonly issuer: string;
  readonly people: Readonly<Record<string, { readonly password: string }>>;
  readonly machine: { readonly clientId: string; readonly secret: string };
}

/** A token that is as good as expired is not handed out: a request with it may wait in a queue. */
const RENEW_BEFORE_MS = 30_000;

const kept = new Map<string, Promise<Token>>();

/**
 * An access token of a running instance. It is kept for as long as it is good, and calls that come at the same time share one
 * sign-in. Throws a sentence when the issuer is away or refuses.
 */
export const tokenFor = (instance: string | undefined, who: Who): Promise<string> =>
  tokenFrom(readConnections(instance).identity, who);

/** The same from an issuer whose secrets are known otherwise. */
export async function tokenFrom(identity: Identity, who: Who): Promise<string> {
  const key = `${identity.issuer} ${who}`;
  const known = kept.get(key);
  if (known) {
    const token = await known;
    if (token.expiresAt - Date.now() > RENEW_BEFORE_MS) return token.value;
    // Somebody else may have renewed it meanwhile.
    if (kept.get(key) !== known) return tokenFrom(identity, who);
  }
  const asked = signIn(identity, who);
  kept.set(key, asked);
  asked.catch(() => kept.delete(key));
  return (await asked).value;
}

/** Another token at each call, and when it ends: for who keeps tokens itself. */
export function signIn({ issuer, people, machine }: Identity, who: Who): Promise<Token> {
  if (who === 'machine') return signInAsMachine(issuer, machine.clientId, machine.secret);
  return signInByCode({ issuer, login: who, password: people[who]!.password });
}

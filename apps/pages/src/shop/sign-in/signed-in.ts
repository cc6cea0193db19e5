import { useSyncExternalStore } from 'react';
import { ask, Refused, Unanswered } from '../../shared/ask.ts';
import { makeSession, type Person } from './session.ts';

/** 128 random bits. */
const random = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

async function digest(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...hash))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

export const session = makeSession({
  tab: sessionStorage,
  keeper: localStorage,
  fetch: (url, init) => fetch(url, init),
  place: {
    get origin() {
      return location.origin;
    },
    get path() {
      return location.pathname;
    },
    get search() {
      return location.search;
    },
  },
  leave: (url) => {
    location.assign(url);
    // The page goes on until the next one is there: nothing more is shown meanwhile.
    return new Promise(() => {});
  },
  replace: (path) => history.replaceState(null, '', path),
  random,
  digest,
  now: Date.now,
});

export const usePerson = (): Person | undefined => useSyncExternalStore(session.person.subscribe, session.person.read);

/**
 * Asks as the person who has signed in. Nobody, or a session that has ended, is no refusal: an order that was sent before may have been
 * accepted, and is asked for again when the person is back.
 */
export async function askSigned<T>(path: string, request: RequestInit = {}): Promise<T> {
  const token = await session.token();
  if (token === undefined) throw new Unanswered('Nobody has signed in.');
  try {
    return await ask<T>(path, withToken(request, token));
  } catch (error) {
    if (!isUnknown(error)) throw error;
    const another = await session.renewed(token);
    if (another === undefined) throw new Unanswered('Nobody has signed in any more.', { cause: error });
    return ask<T>(path, withToken(request, another)).catch((second: unknown) => {
      if (!isUnknown(second)) throw second;
      session.lost();
      throw new Unanswered('The session has ended.', { cause: second });
    });
  }
}

const isUnknown = (error: unknown) => error instanceof Refused && error.status === 401;

const withToken = (request: RequestInit, token: string): RequestInit => ({
  ...request,
  headers: { ...(request.headers as Record<string, string> | undefined), authorization: `Bearer ${token}` },
});

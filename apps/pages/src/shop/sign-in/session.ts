import { type Keeper } from '../../shared/kept.ts';
import { Unanswered } from '../../shared/ask.ts';

/** Who sits at the page, as the issuer says. */
export interface Person {
  readonly sub: string;
  readonly email?: string;
}

/** `undefined`: nobody has signed in. */
export interface Session {
  readonly person: { readonly read: () => Person | undefined; readonly subscribe: (changed: () => void) => () => void };
  /** Called once, before anything is shown. It may leave the page, and then never resolves. */
  readonly start: () => Promise<void>;
  /** Leaves the page for the issuer's, which leads back to where the page is now. */
  readonly signIn: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** An access token that is good for a while. Undefined: nobody has signed in. Throws `Unanswered` when the issuer is away. */
  readonly token: () => Promise<string | undefined>;
  /** Another one in the place of one that was refused. */
  readonly renewed: (refused: string) => Promise<string | undefined>;
  /** The issuer or a service does not know this session any more. */
  readonly lost: () => void;
}

export interface Around {
  /** Of this tab: what must be known when the issuer leads back. No token is ever kept. */
  readonly tab: Keeper;
  /** Of this browser: whether it is worth asking the issuer without a person. */
  readonly keeper: Keeper;
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
  readonly place: { readonly origin: string; readonly path: string; readonly search: string };
  /** Goes to another page. */
  readonly leave: (url: string) => Promise<void>;
  /** Puts another address of this page in the place of the one with the code. */
  readonly replace: (path: string) => void;
  readonly random: () => string;
  /** The SHA-256, as base64url. */
  readonly digest: (text: string) => Promise<string>;
  readonly now: () => number;
}

const CLIENT = 'shop';
const SCOPE = 'openid api';
const UNDER_WAY = 'waybill.sign-in';
const HINT = 'waybill.signed-in';
/** A request may wait in a queue for some seconds. */
const RENEW_BEFORE_MS = 20_000;

interface Tokens {
  readonly access: string;
  readonly refresh: string;
  readonly expiresAt: number;
}

interface UnderWay {
  readonly state: string;
  readonly verifier: string;
  /** Where the page was. */
  readonly back: string;
}

/**
 * Signs a person in by authorization code and PKCE (RFC 10017). Tokens are in memory alone: a script that got into the page could
 * use them while it is open, and finds none when it is not. After a reload the issuer's session, a cookie that no script reads, brings
 * new ones, by way of a redirect without a question.
 */
export function makeSession(around: Around): Session {
  const { tab, keeper, place, leave, replace, random, digest, now } = around;
  const redirect = `${place.origin}/`;
  const listeners = new Set<() => void>();
  let person: Person | undefined;
  let tokens: Tokens | undefined;
  let renewing: Promise<string | undefined> | undefined;
  let known: Promise<string> | undefined;

  const become = (next: Person | undefined) => {
    person = next;
    for (const changed of listeners) changed();
  };
  /** The name of the issuer is nginx's to say: it is another one on each instance. */
  const issuer = () =>
    (known ??= around
      .fetch('/sign-in.json')
      .then(async (answer) => ((await answer.json()) as { issuer: string }).issuer)
      .catch((error: unknown) => {
        known = undefined;
        throw error;
      }));

  async function ask(more: Record<string, string>, back: string): Promise<void> {
    const url = new URL('/auth', await issuer());
    const underWay: UnderWay = { state: random(), verifier: random() + random(), back };
    tab.setItem(UNDER_WAY, JSON.stringify(underWay));
    url.search = new URLSearchParams({
      client_id: CLIENT,
      redirect_uri: redirect,
      response_type: 'code',
      scope: SCOPE,
      state: underWay.state,
      code_challenge: await digest(underWay.verifier),
      code_challenge_method: 'S256',
      ...more,
    }).toString();
    return leave(url.href);
  }

  /** What the issuer answers to a form. Undefined: it says no. */
  async function exchange(form: Record<string, string>): Promise<(Tokens & { readonly id?: string }) | undefined> {
    let answer: Response;
    try {
      answer = await around.fetch(new URL('/token', await issuer()).href, {
        method: 'POST',
        body: new URLSearchParams({ client_id: CLIENT, ...form }),
      });
    } catch (error) {
      throw new Unanswered('The issuer does not answer.', { cause: error });
    }
    if (answer.status >= 500) throw new Unanswered('The issuer cannot answer.');
    if (!answer.ok) return undefined;
    const given = (await answer.json()) as { access_token: string; refresh_token: string; id_token?: string; expires_in: number };
    return {
      access: given.access_token,
      refresh: given.refresh_token,
      expiresAt: now() + given.expires_in * 1_000,
      ...(given.id_token !== undefined && { id: given.id_token }),
    };
  }

  /** The issuer has led back here, with a code or with a reason why there is none. */
  async function comeBack(search: URLSearchParams): Promise<void> {
    const text = tab.getItem(UNDER_WAY);
    tab.removeItem(UNDER_WAY);
    const underWay = text === null ? undefined : (JSON.parse(text) as UnderWay);
    replace(underWay?.back ?? '/');
    const code = search.get('code');
    // An answer that this tab has not asked for would sign it in as somebody else.
    if (!underWay || search.get('state') !== underWay.state || search.get('iss') !== (await issuer())) return;
    const given =
      code === null
        ? undefined
        : await exchange({
            grant_type: 'authorization_code',
            redirect_uri: redirect,
            code,
            code_verifier: underWay.verifier,
          }).catch(() => undefined);
    if (!given?.id) return keeper.removeItem(HINT);
    tokens = given;
    keeper.setItem(HINT, 'true');
    become(personIn(given.id));
  }

  async function renew(): Promise<string | undefined> {
    if (!tokens) return undefined;
    const given = await exchange({ grant_type: 'refresh_token', refresh_token: tokens.refresh });
    if (!given) {
      lost();
      return undefined;
    }
    tokens = given;
    return given.access;
  }
  const renewOnce = () => (renewing ??= renew().finally(() => (renewing = undefined)));

  function lost(): void {
    tokens = undefined;
    become(undefined);
  }

  return {
    person: {
      read: () => person,
      subscribe: (changed) => (listeners.add(changed), () => void listeners.delete(changed)),
    },
    start: async () => {
      const search = new URLSearchParams(place.search);
      if (place.path === '/' && search.has('state') && (search.has('code') || search.has('error'))) return comeBack(search);
      if (keeper.getItem(HINT) === null) return;
      try {
        // A browser that is sent to an issuer that is away shows an error page, and the shop is gone.
        const there = await around.fetch(new URL('/jwks', await issuer()).href, { signal: AbortSignal.timeout(3_000) });
        if (there.ok) await ask({ prompt: 'none' }, place.path + place.search);
      } catch {
        // The shop is shown to nobody in particular.
      }
    },
    signIn: () => ask({}, place.path + place.search),
    signOut: async () => {
      keeper.removeItem(HINT);
      const url = new URL('/session/end', await issuer());
      url.search = new URLSearchParams({ client_id: CLIENT, post_logout_redirect_uri: redirect }).toString();
      return leave(url.href);
    },
    token: async () => {
      if (!tokens) return undefined;
      return tokens.expiresAt - now() > RENEW_BEFORE_MS ? tokens.access : renewOnce();
    },
    renewed: async (refused) => (tokens && tokens.access !== refused ? tokens.access : renewOnce()),
    lost,
  };
}

/** The id token came from the issuer itself, by a request of this page: that stands in for its signature (OpenID Connect, 3.1.3.7). */
function personIn(idToken: string): Person {
  const payload = idToken.split('.')[1] ?? '';
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  const { sub, email } = JSON.parse(new TextDecoder().decode(bytes)) as Person;
  return { sub, ...(email !== undefined && { email }) };
}

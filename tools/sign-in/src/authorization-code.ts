import { createHash, randomBytes } from 'node:crypto';

/** Who signs in, and at which issuer. */
export interface Sign {
  readonly issuer: string;
  readonly login: string;
  readonly password: string;
}

export interface Token {
  readonly value: string;
  /** In milliseconds of this machine's clock. */
  readonly expiresAt: number;
}

/** As apps/identity has them. Nothing listens at the address: the code is read from the answer that would lead there. */
const CLIENT = 'command-line';
const REDIRECT = 'http://127.0.0.1/signed-in';
const SCOPE = 'openid api';
const TIMEOUT_MS = 20_000;
/** From the first page to the code there are four. */
const MOST_STEPS = 8;

/**
 * What a browser does: it follows the issuer to the page that asks for name and password, fills in the form, and comes back with a
 * code. The code and the secret behind PKCE are then exchanged for a token.
 */
export async function signInByCode({ issuer, login, password }: Sign): Promise<Token> {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const state = randomBytes(16).toString('base64url');
  const asked = new URL('/auth', issuer);
  asked.search = new URLSearchParams({
    client_id: CLIENT,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: SCOPE,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state,
  }).toString();
  const answer = await follow(asked, new URLSearchParams({ login, password }));
  if (answer.searchParams.get('state') !== state) throw new Error('The issuer answered another sign-in than this one.');
  const code = answer.searchParams.get('code');
  if (code === null) throw new Error(`The issuer gave no code: ${answer.searchParams.get('error') ?? 'and no reason'}.`);
  return exchange(issuer, {
    grant_type: 'authorization_code',
    client_id: CLIENT,
    redirect_uri: REDIRECT,
    code,
    code_verifier: verifier,
  });
}

/** Goes from one redirect to the next with the issuer's cookies. Where a page asks for a name it sends the form, once. */
async function follow(from: URL, form: URLSearchParams): Promise<URL> {
  const cookies = new Map<string, string>();
  let at = from;
  let body: URLSearchParams | undefined;
  for (let step = 0; step < MOST_STEPS; step++) {
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { method: 'POST', body }),
    });
    const text = await response.text();
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      cookies.set(name!, value!);
    }
    const location = response.headers.get('location');
    if (location !== null) {
      at = new URL(location, at);
      body = undefined;
      if (at.href.startsWith(REDIRECT)) return at;
    } else if (response.ok && body === undefined) body = form;
    else throw new Error(refusal(response.status, text));
  }
  throw new Error('The sign-in goes round in a circle.');
}

const refusal = (status: number, page: string): string =>
  `The issuer refused the sign-in with ${status}: ${/role="alert"[^>]*>([^<]+)/.exec(page)?.[1] ?? page.slice(0, 200)}`;

/** A token for a program in its own name. */
export const signInAsMachine = (issuer: string, clientId: string, secret: string): Promise<Token> =>
  exchange(
    issuer,
    { grant_type: 'client_credentials', scope: 'api' },
    { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
  );

async function exchange(issuer: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Token> {
  const response = await fetch(new URL('/token', issuer), {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const given = (await response.json()) as { access_token?: string; expires_in?: number; error_description?: string };
  if (!given.access_token) throw new Error(`The issuer gave no token: ${given.error_description ?? response.status}.`);
  return { value: given.access_token, expiresAt: Date.now() + (given.expires_in ?? 0) * 1000 };
}

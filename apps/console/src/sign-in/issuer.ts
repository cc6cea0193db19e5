import { ask } from '../ask.js';
import type { IdentityConfig } from '../config.js';
import { Problem } from '../problem.js';

/** Programs have a name and a secret; this is ours. */
const CLIENT = 'console';
/** A request may wait in a queue for some seconds. */
export const RENEW_BEFORE_MS = 30_000;

export interface Tokens {
  readonly access: string;
  readonly refresh?: string;
  readonly id?: string;
  readonly expiresAt: number;
}

interface Given {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly expires_in: number;
}

/** Where this console gets its tokens, for itself and for the people who sign in here. */
export class Issuer {
  #own: Promise<Tokens> | undefined;

  constructor(private readonly config: IdentityConfig) {}

  get name(): string {
    return this.config.issuer;
  }

  /** Where a browser goes to sign in, by the issuer's own name. */
  signInUrl(parameters: Readonly<Record<string, string>>): string {
    return `${this.config.issuer}/auth?${new URLSearchParams({ client_id: CLIENT, ...parameters })}`;
  }

  signOutUrl(back: string): string {
    return `${this.config.issuer}/session/end?${new URLSearchParams({ client_id: CLIENT, post_logout_redirect_uri: back })}`;
  }

  /** Undefined: the issuer says no. Throws a Problem when it does not answer. */
  async exchange(form: Readonly<Record<string, string>>): Promise<Tokens | undefined> {
    const { status, body } = await ask('The issuer', `${this.config.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${CLIENT}:${this.config.clientSecret()}`).toString('base64')}` },
      body: new URLSearchParams(form),
    });
    if (status >= 500) throw new Problem(502, `The issuer answered ${status}.`);
    if (status !== 200) return undefined;
    const { access_token: access, refresh_token: refresh, id_token: id, expires_in: seconds } = body as Given;
    return { access, expiresAt: Date.now() + seconds * 1_000, ...(refresh && { refresh }), ...(id && { id }) };
  }

  /** A token in the console's own name: it places orders for made-up customers, and reads every order. */
  async own(): Promise<string> {
    const known = await this.#own?.catch(() => undefined);
    if (known && known.expiresAt - Date.now() > RENEW_BEFORE_MS) return known.access;
    this.#own = this.exchange({ grant_type: 'client_credentials', scope: 'api' }).then((tokens) => {
      if (tokens) return tokens;
      throw new Problem(502, 'The issuer does not know this console.');
    });
    return (await this.#own).access;
  }
}

import { createHash, randomBytes } from 'node:crypto';
import { Problem } from '../problem.js';
import { RENEW_BEFORE_MS, type Issuer, type Tokens } from './issuer.js';

/** Sessions and sign-ins that are under way at the same time. Beyond that the oldest goes. */
const MOST = 1_000;
const ROLE = 'operator';

interface UnderWay {
  readonly verifier: string;
  readonly redirect: string;
  readonly back: string;
}

/** A person who has signed in. The tokens stay in this process: the browser has a name for them, in a cookie that no script reads. */
export class Session {
  #renewing: Promise<void> | undefined;

  constructor(
    private readonly issuer: Issuer,
    readonly sub: string,
    private tokens: Tokens,
  ) {}

  /** Throws 401 when the issuer does not know the session any more. While the issuer is away the last token is what there is. */
  async token(): Promise<string> {
    if (this.tokens.expiresAt - Date.now() < RENEW_BEFORE_MS)
      await (this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined)));
    return this.tokens.access;
  }

  async #renew(): Promise<void> {
    let renewed: Tokens | undefined;
    try {
      renewed = await this.issuer.exchange({ grant_type: 'refresh_token', refresh_token: this.tokens.refresh ?? '' });
    } catch (error) {
      // A console that showed nothing while something is broken would be away when it is needed.
      if (error instanceof Problem) return;
      throw error;
    }
    if (!renewed) throw new Problem(401, 'The session has ended.');
    this.tokens = renewed;
  }
}

/**
 * Who has signed in, in memory: after a restart of the console the issuer's own session brings a person back without a question.
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #underWay = new Map<string, UnderWay>();

  constructor(private readonly issuer: Issuer) {}

  /** The state, which the browser has to bring back, and where it goes to sign in. */
  begin(redirect: string, back: string): { readonly state: string; readonly url: string } {
    const [state, verifier] = [random(), random()];
    keep(this.#underWay, state, { verifier, redirect, back });
    const url = this.issuer.signInUrl({
      redirect_uri: redirect,
      response_type: 'code',
      scope: 'openid api',
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    return { state, url };
  }

  /** The browser is back with a code. Throws 403 for a person who is no operator. */
  async complete(state: string, code: string): Promise<{ readonly id: string; readonly back: string }> {
    const underWay = this.#underWay.get(state);
    this.#underWay.delete(state);
    if (!underWay) throw new Problem(400, 'This sign-in is not known here: it took too long, or the console was restarted.');
    const { redirect, verifier, back } = underWay;
    const tokens = await this.issuer.exchange({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirect,
      code_verifier: verifier,
    });
    if (!tokens?.id) throw new Problem(400, 'The issuer does not know this code.');
    const { sub, roles = [] } = claimsIn(tokens.id);
    if (!roles.includes(ROLE)) throw new Problem(403, `${sub} is no operator.`);
    const id = random();
    keep(this.#sessions, id, new Session(this.issuer, sub, tokens));
    return { id, back };
  }

  find(id: string | undefined): Session | undefined {
    return id === undefined ? undefined : this.#sessions.get(id);
  }

  end(id: string): void {
    this.#sessions.delete(id);
  }
}

const random = () => randomBytes(32).toString('base64url');

function keep<T>(all: Map<string, T>, id: string, one: T): void {
  all.set(id, one);
  if (all.size > MOST) all.delete(all.keys().next().value!);
}

/** The issuer itself has answered with it: that stands in for its signature (OpenID Connect, 3.1.3.7). */
function claimsIn(idToken: string): { readonly sub: string; readonly roles?: readonly string[] } {
  return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as { sub: string; roles?: string[] };
}

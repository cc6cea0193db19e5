import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors } from 'oidc-provider';
import type { Issuer } from './issuer.js';
import { countSignIn } from './metrics.js';
import { languageOf } from './pages/language.js';
import { errorPage, signInPage, type Refused } from './pages/pages.js';
import type { SignedIn, SignIn } from './sign-in.js';

/** A name and a password are far below. */
const BODY_LIMIT_BYTES = 4 * 1024;

/** The page that asks for name and password. oidc-provider sends a browser here, and takes it back when the person is known. */
export class InteractionRoutes {
  constructor(
    private readonly issuer: Issuer,
    private readonly signIn: SignIn,
    private readonly ownOrigin: string,
  ) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { provider } = this.issuer;
    const language = languageOf(request);
    try {
      // Knows the browser by its cookie, and throws when that is another one's.
      const { uid } = await provider.interactionDetails(request, response);
      const action = `/interaction/${uid}`;
      if (request.method === 'GET') return html(response, 200, signInPage(language, action));
      if (request.method !== 'POST') return html(response, 405, errorPage(language, '405'));
      const { login, password } = await this.formOf(request);
      const outcome = await this.signIn.withPassword(login, password, request.socket.remoteAddress ?? '');
      countSignIn(outcome);
      if ('as' in outcome)
        return await provider.interactionFinished(request, response, { login: { accountId: outcome.as, remember: false } });
      const refused = refusalOf(outcome);
      if (refused.because === 'wait') response.setHeader('Retry-After', refused.seconds);
      html(response, STATUS[refused.because], signInPage(language, action, refused));
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return html(response, 400, errorPage(language, language.words.expired));
      if (error instanceof BadForm) return html(response, 400, errorPage(language, error.message));
      throw error;
    }
  }

  private async formOf(request: IncomingMessage): Promise<{ login: string; password: string }> {
    const { origin, 'content-type': type = '' } = request.headers;
    // A page of another origin may not sign somebody in by its own name and password.
    if (origin !== undefined && origin !== this.ownOrigin) throw new BadForm('The form comes from another page.');
    if (!type.startsWith('application/x-www-form-urlencoded')) throw new BadForm('This is not the form of this page.');
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_LIMIT_BYTES) throw new BadForm('The form is too long.');
      chunks.push(chunk);
    }
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const [login, password] = [form.get('login') ?? '', form.get('password') ?? ''];
    // PostgreSQL takes no text with this character.
    if (login.includes('\0') || login.length > 100 || password.length > 200) throw new BadForm('The name is not valid.');
    return { login: login.trim(), password };
  }
}

class BadForm extends Error {
  override readonly name = 'BadForm';
}

const STATUS = { wrong: 401, wait: 429, busy: 503 } as const;

const refusalOf = (outcome: Exclude<SignedIn, { as: string }>): Refused =>
  outcome.refused === 'wait' ? { because: 'wait', seconds: Math.ceil(outcome.waitMs / 1000) } : { because: outcome.refused };

function html(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(page);
}

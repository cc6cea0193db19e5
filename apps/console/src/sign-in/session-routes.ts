import { Controller, Get, Header, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Problem } from '../problem.js';
import { SameOrigin } from '../same-origin.js';
import { sessionCookie, sessionIn, stateCookie, stateIn } from './cookies.js';
import { Issuer } from './issuer.js';
import { Sessions } from './sessions.js';

interface Request {
  readonly headers: { readonly host?: string; readonly cookie?: string; readonly 'x-forwarded-proto'?: string };
}
interface Reply {
  header(name: string, value: string | string[]): Reply;
  redirect(url: string, code: number): void;
}

const signIn = z.object({
  /** A path of this origin: two slashes would be another host. */
  back: z
    .string()
    .regex(/^\/(?![/\\])[\w\-./?=&%]{0,300}$/)
    .catch('/'),
});
const signedIn = z.object({
  state: z.string().max(100),
  iss: z.string().max(300),
  code: z.string().max(500).optional(),
  error: z.string().max(100).optional(),
});

/** Where nginx leads from, and the browser knows it by. Its Host has been looked at there, and the protocol is what nginx says. */
const originOf = (request: Request) => `${isSecure(request) ? 'https' : 'http'}://${request.headers.host ?? ''}`;
const isSecure = ({ headers }: Request) => headers['x-forwarded-proto'] === 'https';

/** Signs a person in at the issuer, and keeps what comes of it here: the browser gets a cookie, and never a token. */
@Controller('session')
export class SessionRoutes {
  constructor(
    private readonly sessions: Sessions,
    private readonly issuer: Issuer,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  who(@Req() request: Request) {
    const session = this.sessions.find(sessionIn(request.headers.cookie));
    if (!session) throw new Problem(401, 'Nobody has signed in.');
    return { sub: session.sub };
  }

  @Get('sign-in')
  @Header('Cache-Control', 'no-store')
  begin(@Query({ schema: signIn }) { back }: z.output<typeof signIn>, @Req() request: Request, @Res() reply: Reply) {
    const { state, url } = this.sessions.begin(`${originOf(request)}/session/signed-in`, back);
    reply.header('Set-Cookie', stateCookie(state, { secure: isSecure(request), maxAge: 600 })).redirect(url, 303);
  }

  @Get('signed-in')
  @Header('Cache-Control', 'no-store')
  async complete(
    @Query({ schema: signedIn }) { state, iss, code, error }: z.output<typeof signedIn>,
    @Req() request: Request,
    @Res() reply: Reply,
  ) {
    // An answer that another browser has asked for would sign this one in as somebody else.
    if (state !== stateIn(request.headers.cookie) || iss !== this.issuer.name)
      throw new Problem(400, 'This browser has not asked for that sign-in.');
    if (code === undefined) throw new Problem(403, `The issuer has not signed you in: ${error ?? 'it gave no reason'}.`);
    const { id, back } = await this.sessions.complete(state, code);
    const secure = isSecure(request);
    reply.header('Set-Cookie', [sessionCookie(id, { secure }), stateCookie('', { secure, maxAge: 0 })]).redirect(back, 303);
  }

  /** Ends the session here, and says where the browser ends the issuer's. */
  @Post('sign-out')
  @HttpCode(200)
  @UseGuards(SameOrigin)
  end(@Req() request: Request, @Res({ passthrough: true }) reply: Reply) {
    const id = sessionIn(request.headers.cookie);
    if (id !== undefined) this.sessions.end(id);
    reply.header('Set-Cookie', sessionCookie('', { secure: isSecure(request), maxAge: 0 }));
    return { next: this.issuer.signOutUrl(`${originOf(request)}/`) };
  }
}

import { Controller, Get, Header, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Problem } from '../problem.js';
import { SameOrigin } from '../same-origin.js';
import { cookie, cookieIn, SESSION_COOKIE, STATE_COOKIE } from './cookies.js';
import { Issuer } from './issuer.js';
import { Sessions } from './sessions.js';

interface Request {
  readonly headers: { readonly host?: string; readonly cookie?: string };
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

/** Where nginx leads from, and the browser knows it by. Its Host has been looked at there. */
const originOf = ({ headers }: Request) => `http://${headers.host ?? ''}`;

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
    const session = this.sessions.find(cookieIn(request.headers.cookie, SESSION_COOKIE));
    if (!session) throw new Problem(401, 'Nobody has signed in.');
    return { sub: session.sub };
  }

  @Get('sign-in')
  @Header('Cache-Control', 'no-store')
  begin(@Query({ schema: signIn }) { back }: z.output<typeof signIn>, @Req() request: Request, @Res() reply: Reply) {
    const { state, url } = this.sessions.begin(`${originOf(request)}/session/signed-in`, back);
    reply.header('Set-Cookie', cookie(STATE_COOKIE, state, 'SameSite=Lax; Path=/session; Max-Age=600')).redirect(url, 303);
  }

  @Get('signed-in')
  @Header('Cache-Control', 'no-store')
  async complete(
    @Query({ schema: signedIn }) { state, iss, code, error }: z.output<typeof signedIn>,
    @Req() request: Request,
    @Res() reply: Reply,
  ) {
    // An answer that another browser has asked for would sign this one in as somebody else.
    if (state !== cookieIn(request.headers.cookie, STATE_COOKIE) || iss !== this.issuer.name)
      throw new Problem(400, 'This browser has not asked for that sign-in.');
    if (code === undefined) throw new Problem(403, `The issuer has not signed you in: ${error ?? 'it gave no reason'}.`);
    const { id, back } = await this.sessions.complete(state, code);
    reply
      .header('Set-Cookie', [
        cookie(SESSION_COOKIE, id, 'SameSite=Strict; Path=/'),
        cookie(STATE_COOKIE, '', 'SameSite=Lax; Path=/session; Max-Age=0'),
      ])
      .redirect(back, 303);
  }

  /** Ends the session here, and says where the browser ends the issuer's. */
  @Post('sign-out')
  @HttpCode(200)
  @UseGuards(SameOrigin)
  end(@Req() request: Request, @Res({ passthrough: true }) reply: Reply) {
    const id = cookieIn(request.headers.cookie, SESSION_COOKIE);
    if (id !== undefined) this.sessions.end(id);
    reply.header('Set-Cookie', cookie(SESSION_COOKIE, '', 'SameSite=Strict; Path=/; Max-Age=0'));
    return { next: this.issuer.signOutUrl(`${originOf(request)}/`) };
  }
}

import { type CanActivate, type ExecutionContext, Inject, UseGuards } from '@nestjs/common';
import type { Tokens } from './config.js';
import { Problem } from './problem.js';

export const TOKENS = Symbol('tokens');

interface Request {
  readonly headers: { readonly authorization?: string };
}
interface Reply {
  header(name: string, value: string): void;
}

/** A route that only the one with this token may use: `Authorization: Bearer TOKEN` (RFC 6750). */
export function only(door: keyof Tokens) {
  class Door implements CanActivate {
    constructor(@Inject(TOKENS) private readonly tokens: Tokens) {}

    canActivate(context: ExecutionContext): boolean {
      const http = context.switchToHttp();
      const shown = /^Bearer (.+)$/.exec(http.getRequest<Request>().headers.authorization ?? '')?.[1];
      if (shown !== undefined && this.tokens[door].is(shown)) return true;
      http.getResponse<Reply>().header('WWW-Authenticate', 'Bearer');
      throw new Problem(401, `The token of the ${door} is needed: Authorization: Bearer TOKEN.`);
    }
  }
  return UseGuards(Door);
}

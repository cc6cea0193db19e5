import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './problem.js';

/**
 * An act is refused when a browser says that another site's page asks for it. A browser always sends `Origin` with a POST, and
 * a page cannot forge it; a program that is no browser has neither header and is not kept from anything it could do anyway.
 */
@Injectable()
export class SameOrigin implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: IncomingHttpHeaders }>();
    if (isForeign(headers)) throw new Problem(403, 'Only a page of this origin may ask for that.');
    return true;
  }
}

export function isForeign({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && hostOf(origin) !== host?.toLowerCase();
}

/** `null`, the origin of a sandboxed frame or a file, is nobody's. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

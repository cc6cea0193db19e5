import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../problem.js';

/**
 * Refuses an act that a page in a browser asks for. A service's own port has no pages, so such a page is always another site's,
 * whatever name it has found for this address. A browser says where a POST comes from, and a page can neither forge nor omit
 * that. The console has pages, looks at their origin itself, and asks here as a program.
 */
@Injectable()
export class RefusePages implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: IncomingHttpHeaders }>();
    if (asksForAPage(headers)) throw new Problem(403, 'A page in a browser may not ask for that here: use the console.');
    return true;
  }
}

/** `none` is what a person has typed into the address bar. */
const asksForAPage = ({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean =>
  origin !== undefined || (site !== undefined && site !== 'none');

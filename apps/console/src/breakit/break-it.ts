import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { BreakItConfig } from '../config.js';
import { Problem } from '../problem.js';
import { Audits } from './audits.js';
import { OutsideWorld } from './outside-world.js';
import { Supervisor } from './supervisor.js';
import { Units } from './units.js';

/** What a demo lets the console do. Outside of one there is nothing of it: no socket, no address, no object that could be asked. */
export interface Ways {
  readonly instance: string;
  readonly outsideWorld: OutsideWorld;
  /** Not in containers: there the page shows the commands, because to stop one it would need the socket of Docker, which is root. */
  readonly units?: Units;
  readonly audits?: Audits;
}

export class BreakIt {
  readonly ways: Ways | undefined;

  constructor(config: BreakItConfig | undefined) {
    if (!config) return;
    const { instance, outsideWorld, supervisorSocket } = config;
    const supervisor = supervisorSocket === undefined ? undefined : new Supervisor(supervisorSocket);
    this.ways = {
      instance,
      outsideWorld: new OutsideWorld(outsideWorld),
      ...(supervisor && { units: new Units(supervisor), audits: new Audits(supervisor) }),
    };
  }
}

/** Before each act: this is a demo, which is there to be broken, and it is asked for by its number. */
@Injectable()
export class IsDemo implements CanActivate {
  constructor(private readonly breakIt: BreakIt) {}

  canActivate(context: ExecutionContext): boolean {
    if (!this.breakIt.ways)
      throw new Problem(403, 'This system was not started to be broken: npm run demo starts one that is, or up --break-it.');
    const { host } = context.switchToHttp().getRequest<{ headers: IncomingHttpHeaders }>().headers;
    if (!isByNumber(host))
      throw new Problem(403, 'A demo is broken at 127.0.0.1 or localhost alone, and not under another name.');
    return true;
  }
}

/**
 * The owner of a name can have it lead to 127.0.0.1 when their page is loaded already: to the browser that page and this one are then of
 * one origin (DNS rebinding). A number cannot be made to lead elsewhere.
 */
export function isByNumber(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return hostname === 'localhost' || isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

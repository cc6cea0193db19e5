import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Audience } from './audience.js';
import { identityOf } from './guard.js';
import type { Identity } from './identity.js';

/** Whom a route is for that the public description does not name. `@Described` says it of all others. */
export const For = (audience: Audience) => RouteConfig({ for: audience });

/** Who asks, as a parameter of a route that is for some roles. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Identity =>
  identityOf(context.switchToHttp().getRequest<object>()),
);

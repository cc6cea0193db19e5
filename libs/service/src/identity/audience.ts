import type { Identity, Role } from './identity.js';

/** Whom a route is for: anyone, without a token, or everybody with one of these roles. */
export type Audience = 'anyone' | readonly [Role, ...Role[]];

/** Who acts for customers, and so must say for whom. */
export const actsForOthers = ({ roles }: Identity): boolean => roles.includes('machine');

/** Whose things somebody may see, as queries compare it. Null: everybody's. */
export const ownerFor = (caller: Identity): string | null =>
  actsForOthers(caller) || caller.roles.includes('support') ? null : caller.subject;

/** Whether a route is for this identity. Undefined is somebody who has not signed in. */
export function admits(audience: Audience, identity: Identity | undefined): 'yes' | 'sign in' | 'not for this role' {
  if (audience === 'anyone') return 'yes';
  if (identity === undefined) return 'sign in';
  return audience.some((role) => identity.roles.includes(role)) ? 'yes' : 'not for this role';
}

import { runAs } from './run-as.ts';

/** Has the issuer's own program do it. What runs notices the change in the database. */
export const rotateSigningKey = (instance?: string): void =>
  runAs('identity', 'apps/identity/dist/rotate-signing-key.js', [], instance);

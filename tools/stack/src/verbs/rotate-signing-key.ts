import { runAs, saidAs } from './run-as.ts';

/** What runs notices the change in the database. */
const PROGRAM = 'apps/identity/dist/rotate-signing-key.js';

/** Has the issuer's own program do it. */
export const rotateSigningKey = (instance?: string): void => runAs('identity', PROGRAM, [], instance);

/** The same, and what the issuer said: which key signs now, or in how many seconds it may be asked again. */
export const signingKeyRotated = (instance?: string): Promise<string> => saidAs('identity', PROGRAM, instance);

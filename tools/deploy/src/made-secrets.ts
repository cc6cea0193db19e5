import { POSTGRES_OBSERVER, POSTGRES_OBSERVER_SECRET } from './databases.ts';
import { FEED_PROCESSES, feedKeyFiles, feedKeysSecretOf, feedSecretOf } from './feed-keys.ts';
import type { Secrets } from './secrets.ts';

/** The password file in which the exporter of metrics finds its password: its own settings would put it into a text that it logs. */
export const POSTGRES_OBSERVER_PASSFILE = 'postgres-observer.pgpass';

/** The files that are made of secrets, by their names. `password` gives the value of a secret. */
export const madeSecrets = (password: (name: string) => string): Readonly<Record<string, string>> => ({
  ...feedKeyFiles(password),
  // Host, port, database, user. base64url holds neither of the two letters that have a meaning there.
  [POSTGRES_OBSERVER_PASSFILE]: `*:*:*:${POSTGRES_OBSERVER}:${password(POSTGRES_OBSERVER_SECRET)}\n`,
});

/** Makes them anew from the secrets as they are now, and keeps them beside those. */
export function keepMadeSecrets(secrets: Secrets): void {
  for (const [file, text] of Object.entries(madeSecrets((name) => secrets.value(name)))) secrets.keep(file, text);
}

/** The file that a secret is given out in, where that is another one than its own. */
export const GIVEN_OUT_IN: Readonly<Record<string, string>> = {
  ...Object.fromEntries(FEED_PROCESSES.map((process) => [feedSecretOf(process), feedKeysSecretOf(process)])),
  [POSTGRES_OBSERVER_SECRET]: POSTGRES_OBSERVER_PASSFILE,
};

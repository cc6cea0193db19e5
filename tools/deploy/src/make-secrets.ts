// The first step of `docker compose up`: makes every password that is not there yet, and lays into each container's own
// folder of the volume what that container may know. Run again, it changes no password.
import { chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TLS_FOLDER, tlsFiles } from './certificates.ts';
import { elasticsearchUsers } from './elasticsearch-users.ts';
import { feedKeyFiles } from './feed-keys.ts';
import { KAFKA_USERS_SECRET, kafkaBrokerFile, kafkaToolFiles, kafkaUsers } from './kafka-users.ts';
import { DEFINITIONS_SECRET, ERLANG_COOKIE_SECRET, rabbitmqDefinitions } from './rabbitmq-definitions.ts';
import { READ_BY_GROUP, READ_BY_OWN_GROUP, recipients, SERVERS_GROUP } from './recipients.ts';
import { Secrets } from './secrets.ts';

const [volume] = process.argv.slice(2);
if (!volume) {
  console.error('make-secrets.ts FOLDER: the folder to make the secrets in.');
  process.exit(1);
}

/** Everything, in a folder that no other container mounts. */
const secrets = new Secrets(join(volume, 'all'));
const password = (name: string) => secrets.value(name);
const definitions = JSON.stringify(rabbitmqDefinitions({ password, testAdministrator: false }), null, 2);
/** Secrets that are made of others. */
const made: Readonly<Record<string, string>> = {
  [DEFINITIONS_SECRET]: definitions,
  ...feedKeyFiles(password),
  [KAFKA_USERS_SECRET]: JSON.stringify(kafkaUsers(password), null, 2),
};

for (const [container, names] of Object.entries(recipients)) {
  folderOf(container);
  for (const name of names) hand(container, name, made[name] ?? secrets.value(name));
}
folderOf('rabbitmq');
hand('rabbitmq', 'definitions.json', definitions);
hand('rabbitmq', ERLANG_COOKIE_SECRET, secrets.value(ERLANG_COOKIE_SECRET));
folderOf('kafka');
hand('kafka', 'broker.properties', kafkaBrokerFile({ password, testAdministrator: false }));
for (const [file, text] of Object.entries(kafkaToolFiles(password))) hand('kafka', file, text);
for (const [file, text] of Object.entries(elasticsearchUsers(password))) hand('elasticsearch', file, text);
const edgeNames = ['localhost', process.env['WAYBILL_HOST'] || 'waybill.localhost'];
for (const [container, files] of Object.entries(await tlsFiles(secrets, edgeNames))) {
  folderOf(container);
  folderOf(join(container, TLS_FOLDER));
  for (const [file, text] of Object.entries(files)) hand(container, join(TLS_FOLDER, file), text);
}

function folderOf(container: string): void {
  const folder = join(volume!, container);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (isIn(READ_BY_OWN_GROUP, container)) chmodSync(folder, 0o750);
  if (!isIn(READ_BY_GROUP, container)) return;
  // This step is a member of the group, and needs no root for it.
  chownSync(folder, process.getuid!(), SERVERS_GROUP);
  chmodSync(folder, 0o750);
}

/** Writes the file beside and renames it: a reader finds the old text or the new one, never a part. */
function hand(container: string, name: string, text: string): void {
  const file = join(volume!, container, name);
  writeFileSync(`${file}.new`, text, { mode: 0o400 });
  if (isIn(READ_BY_OWN_GROUP, container)) chmodSync(`${file}.new`, 0o440);
  if (isIn(READ_BY_GROUP, container)) {
    chownSync(`${file}.new`, process.getuid!(), SERVERS_GROUP);
    chmodSync(`${file}.new`, 0o440);
  }
  renameSync(`${file}.new`, file);
}

/** A folder of such a container, or one in it. */
function isIn(containers: readonly string[], folder: string): boolean {
  return containers.includes(folder.split('/')[0]!);
}

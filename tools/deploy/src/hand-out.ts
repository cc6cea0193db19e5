import { chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TLS_FOLDER } from './tls-parties.ts';
import { elasticsearchUsers } from './elasticsearch-users.ts';
import { KAFKA_USERS_SECRET, kafkaBrokerFile, kafkaToolFiles, kafkaUsers } from './kafka-users.ts';
import { madeSecrets } from './made-secrets.ts';
import { DEFINITIONS_SECRET, ERLANG_COOKIE_SECRET, rabbitmqDefinitions } from './rabbitmq-definitions.ts';
import { READ_BY_GROUP, READ_BY_OWN_GROUP, recipients, SERVERS_GROUP } from './recipients.ts';
import type { Secrets } from './secrets.ts';

/** Lays into each container's own folder of the volume what that container may know. */
export class HandOut {
  private readonly volume: string;
  private readonly secrets: Secrets;

  constructor(volume: string, secrets: Secrets) {
    this.volume = volume;
    this.secrets = secrets;
  }

  /** Who compares a secret is given it before those who show it. */
  everything(): void {
    const password = (name: string) => this.secrets.value(name);
    const definitions = JSON.stringify(rabbitmqDefinitions({ password, testAdministrator: false }), null, 2);
    /** Secrets that are made of others. */
    const made: Readonly<Record<string, string>> = {
      [DEFINITIONS_SECRET]: definitions,
      ...madeSecrets(password),
      [KAFKA_USERS_SECRET]: JSON.stringify(kafkaUsers(password), null, 2),
    };
    const isServer = (container: string) => container === 'outside-world' || container === 'identity';
    const containers = Object.keys(recipients).toSorted((a, b) => Number(isServer(b)) - Number(isServer(a)));
    for (const container of containers) {
      this.folderOf(container);
      for (const name of recipients[container]!) this.hand(container, name, made[name] ?? password(name));
    }
    this.folderOf('rabbitmq');
    this.hand('rabbitmq', 'definitions.json', definitions);
    this.hand('rabbitmq', ERLANG_COOKIE_SECRET, password(ERLANG_COOKIE_SECRET));
    this.folderOf('kafka');
    this.hand('kafka', 'broker.properties', kafkaBrokerFile({ password, testAdministrator: false }));
    for (const [file, text] of Object.entries(kafkaToolFiles(password))) this.hand('kafka', file, text);
    for (const [file, text] of Object.entries(elasticsearchUsers(password))) this.hand('elasticsearch', file, text);
  }

  /** One secret, to those who have it as it is. */
  one(name: string): void {
    for (const [container, names] of Object.entries(recipients))
      if (names.includes(name)) this.hand(container, name, this.secrets.value(name));
  }

  certificates(files: Readonly<Record<string, Readonly<Record<string, string>>>>): void {
    for (const [container, texts] of Object.entries(files)) {
      this.folderOf(container);
      this.folderOf(join(container, TLS_FOLDER));
      for (const [file, text] of Object.entries(texts)) this.hand(container, join(TLS_FOLDER, file), text);
    }
  }

  private folderOf(container: string): void {
    const folder = join(this.volume, container);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isIn(READ_BY_OWN_GROUP, container)) chmodSync(folder, 0o750);
    if (!isIn(READ_BY_GROUP, container)) return;
    // This step is a member of the group, and needs no root for it.
    chownSync(folder, process.getuid!(), SERVERS_GROUP);
    chmodSync(folder, 0o750);
  }

  /** Writes the file beside and renames it: a reader finds the old text or the new one, never a part. */
  private hand(container: string, name: string, text: string): void {
    const file = join(this.volume, container, name);
    writeFileSync(`${file}.new`, text, { mode: 0o400 });
    if (isIn(READ_BY_OWN_GROUP, container)) chmodSync(`${file}.new`, 0o440);
    if (isIn(READ_BY_GROUP, container)) {
      chownSync(`${file}.new`, process.getuid!(), SERVERS_GROUP);
      chmodSync(`${file}.new`, 0o440);
    }
    renameSync(`${file}.new`, file);
  }
}

/** A folder of such a container, or one in it. */
function isIn(containers: readonly string[], folder: string): boolean {
  return containers.includes(folder.split('/')[0]!);
}

import { chmodSync, chownSync, copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CA_FILE, createDatabases, PAIR_FILE, SUPERUSER } from '@waybill/deploy';
import { projectRoot, run } from '@waybill/kit';
import { postgresPrograms } from '../software/postgres.ts';
import { portKey } from '../topology.ts';
import { lentFolder, programsFolder, type User } from './lent.ts';
import { hopeless } from './hopeless.ts';
import { ask } from './probe.ts';
import type { Launch, Prepare, Surroundings } from './server.ts';
import { tlsFolderOf } from './tls-files.ts';
import { BEFORE_TLS } from './tls-ports.ts';

const CONFIGURATION = join(projectRoot, 'infra/postgres');

/** PostgreSQL refuses to run as root; root then lends it the user `nobody`. */
const NOBODY: User = { uid: 65534, gid: 65534 };

export const postgres: Prepare = async ({ name }, around) => {
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  const home = await lentFolder(around.instance, around.home, name, user);
  const programs = postgresPrograms(await programsFolder(user));
  const env = {
    PATH: '/usr/bin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
    LD_LIBRARY_PATH: join(programs, 'lib'),
  };
  const data = join(home, 'data');
  if (!existsSync(data)) await initialise(join(programs, 'bin/initdb'), data, env, user, around);
  const tls = tlsFolderOf(name, around);
  const configure = () => {
    install(join(CONFIGURATION, 'postgresql.conf'), join(data, 'postgresql.conf'), user);
    install(join(CONFIGURATION, tls ? 'pg_hba.conf' : 'pg_hba-clear.conf'), join(data, 'pg_hba.conf'), user);
    if (tls) install(join(tls, PAIR_FILE), join(data, PAIR_FILE), user);
  };
  configure();
  const ca = tls && readFileSync(join(tls, CA_FILE), 'utf8');
  const encrypted = tls ? ['-c', 'ssl=on', '-c', `ssl_cert_file=${PAIR_FILE}`, '-c', `ssl_key_file=${PAIR_FILE}`] : [];
  const port = around.ports[portKey(name, 'sql')]!;
  return {
    file: join(programs, 'bin/postgres'),
    args: ['-D', data, '-c', `port=${port}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...encrypted],
    env,
    cwd: home,
    ...user,
    // SIGTERM would wait for every client to leave by itself.
    stopSignal: 'SIGINT',
    stopWithinMs: 30_000,
    readyWithinMs: 60_000,
    isReady: () => isReady(port, ca),
    hopeless: hopeless.postgres,
    reload: async () => {
      configure();
      return 'SIGHUP';
    },
    afterReady: () => createDatabases({ host: '127.0.0.1', port, ssl: ca !== undefined && { ca } }, around.secrets),
  } satisfies Launch;
};

/** Made beside and renamed: a start that breaks off leaves no half cluster. */
async function initialise(
  initdb: string,
  data: string,
  env: Record<string, string>,
  user: User | undefined,
  around: Surroundings,
): Promise<void> {
  const fresh = `${data}.new`;
  const passwordFile = `${data}.password`;
  rmSync(fresh, { recursive: true, force: true });
  install(around.secrets.file('postgres'), passwordFile, user);
  try {
    const how = [
      '--username',
      SUPERUSER,
      '--pwfile',
      passwordFile,
      '--auth',
      'scram-sha-256',
      '--encoding',
      'UTF8',
      '--no-locale',
    ];
    await run(initdb, ['-D', fresh, ...how], { env, ...user, cwd: '/' });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(fresh, data);
}

/** Written beside and renamed: PostgreSQL may read it at any time. */
function install(from: string, to: string, user: User | undefined): void {
  const fresh = `${to}.new`;
  rmSync(fresh, { force: true });
  copyFileSync(from, fresh);
  chmodSync(fresh, 0o600);
  if (user) chownSync(fresh, user.uid, user.gid);
  renameSync(fresh, to);
}

/** A start-up packet with protocol 3.0 for a user that does not exist: asking for a password means that it takes connections. */
async function isReady(port: number, ca: string | undefined): Promise<boolean> {
  const body = Buffer.from('user\0waybill_probe\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(3 << 16, 4);
  const answer = await ask({ port, ca, beforeTls: BEFORE_TLS['postgres.sql']! }, Buffer.concat([head, body]));
  return answer?.[0] === 'R'.charCodeAt(0);
}

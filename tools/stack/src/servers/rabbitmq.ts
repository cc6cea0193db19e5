import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CA_FILE, DEFINITIONS_SECRET, ERLANG_COOKIE_SECRET, PAIR_FILE, rabbitmqDefinitions, type Secrets } from '@waybill/deploy';
import { projectRoot } from '@waybill/kit';
import { DEFAULT_INSTANCE, type Instance } from '../instance.ts';
import { portKey } from '../topology.ts';
import { hopeless } from './hopeless.ts';
import { ask, type Asked } from './probe.ts';
import { writeSecret } from './secret-file.ts';
import type { Launch, Prepare } from './server.ts';
import { tlsFolderOf } from './tls-files.ts';

const CONFIGURATION = join(projectRoot, 'infra/rabbitmq');

export const rabbitmq: Prepare = async ({ name }, around) => {
  const home = join(around.home, 'rabbitmq');
  const port = (key: string) => around.ports[portKey(name, key)]!;
  const tlsDir = tlsFolderOf(name, around);
  const ca = tlsDir && readFileSync(join(tlsDir, CA_FILE), 'utf8');
  // RabbitMQ reads every file in it, by its name in the alphabet's order: of what is said twice the last counts.
  rmSync(join(home, 'conf.d'), { recursive: true, force: true });
  for (const dir of ['home', 'data', 'conf.d']) mkdirSync(join(home, dir), { recursive: true, mode: 0o700 });
  for (const file of ['rabbitmq.conf', 'enabled_plugins']) copyFileSync(join(CONFIGURATION, file), join(home, file));
  const writeSecrets = () => {
    writeSecret(join(home, 'home/.erlang.cookie'), around.secrets.value(ERLANG_COOKIE_SECRET));
    writeSecret(join(home, 'definitions.json'), writeDefinitions(around));
  };
  copyFileSync(join(CONFIGURATION, tlsDir ? 'rabbitmq-tls.conf' : 'rabbitmq-clear.conf'), join(home, 'conf.d/10-wire.conf'));
  writeSecret(join(home, 'conf.d/20-instance.conf'), instanceConfiguration(port, join(home, 'definitions.json'), tlsDir));

  const root = around.software.debian;
  const erlang = join(root, 'usr/lib/erlang');
  const server = onlyEntry(join(root, 'usr/lib/rabbitmq/lib'), 'rabbitmq_server-');
  const bin = join(onlyEntry(erlang, 'erts-'), 'bin');
  return {
    // epmd runs in the foreground of the broker's own process group, so that it ends with it and belongs to it alone.
    file: '/bin/sh',
    args: ['-c', '"$BINDIR/epmd" & exec "$BINDIR/erlexec" "$@"', 'rabbitmq', ...ERLANG_ARGUMENTS],
    env: {
      PATH: '/usr/bin:/bin',
      HOME: join(home, 'home'),
      LANG: 'C.UTF-8',
      ROOTDIR: erlang,
      BINDIR: bin,
      EMU: 'beam',
      PROGNAME: 'erl',
      LD_LIBRARY_PATH: libraryFolders(root),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(port('epmd')),
      ERL_LIBS: join(server, 'plugins'),
      ERL_MAX_PORTS: '65536',
      ERL_MAX_ETS_TABLES: '50000',
      SYS_PREFIX: home,
      RABBITMQ_HOME: server,
      RABBITMQ_PLUGINS_DIR: join(server, 'plugins'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
      RABBITMQ_NODENAME: 'waybill@localhost',
      RABBITMQ_DIST_PORT: String(port('distribution')),
      RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
      RABBITMQ_CONFIG_FILES: join(home, 'conf.d'),
      RABBITMQ_MNESIA_BASE: join(home, 'data'),
      RABBITMQ_LOG_BASE: around.home,
    },
    cwd: home,
    stopWithinMs: 30_000,
    readyWithinMs: 90_000,
    beforeStart: writeSecrets,
    isReady: () => isReady({ port: port('amqp'), ca }),
    hopeless: hopeless.rabbitmq,
  } satisfies Launch;
};

/** Writes users and rights for the deploy step, as the code has them now, and gives them for the broker's own file. */
export function writeDefinitions({ instance, secrets }: { readonly instance: Instance; readonly secrets: Secrets }): string {
  const definitions = rabbitmqDefinitions({
    password: (secret) => secrets.value(secret),
    testAdministrator: instance.name !== DEFAULT_INSTANCE,
  });
  const text = JSON.stringify(definitions, null, 2);
  writeSecret(join(secrets.dir, DEFINITIONS_SECRET), text);
  return text;
}

/** What Debian's start script passes; schedulers do not spin while idle, and nothing listens beyond loopback. */
const ERLANG_ARGUMENTS = [
  ...['-pa', '', '-noinput', '-s', 'rabbit', 'boot', '-boot', 'start_sasl', '-start_epmd', 'false'],
  ...['+W', 'w', '+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none', '+P', '1048576', '+t', '5000000', '+zdbbl', '128000'],
  ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}', '-kernel', 'prevent_overlapping_partitions', 'false'],
  ...['-syslog', 'logger', '[]', '-syslog', 'syslog_error_logger', 'false'],
  // Each new connection reads key and certificate from their file, and so shows new ones at once. Connections are few.
  ...['-ssl', 'bypass_pem_cache', 'true'],
];

function instanceConfiguration(port: (name: string) => number, definitionsFile: string, tlsDir: string | undefined): string {
  const wire = tlsDir ? 'ssl' : 'tcp';
  return [
    `listeners.${wire}.default = 127.0.0.1:${port('amqp')}`,
    `management.${wire}.ip = 127.0.0.1`,
    `management.${wire}.port = ${port('management')}`,
    `prometheus.${wire}.ip = 127.0.0.1`,
    `prometheus.${wire}.port = ${port('metrics')}`,
    ...(tlsDir ? ['ssl_options', 'management.ssl', 'prometheus.ssl'].flatMap((listener) => tlsFilesOf(listener, tlsDir)) : []),
    `load_definitions = ${definitionsFile}`,
    '',
  ].join('\n');
}

const tlsFilesOf = (listener: string, dir: string) => [
  `${listener}.cacertfile = ${join(dir, CA_FILE)}`,
  `${listener}.certfile = ${join(dir, PAIR_FILE)}`,
  `${listener}.keyfile = ${join(dir, PAIR_FILE)}`,
];

/** The one entry that starts so: versions differ from release to release. */
function onlyEntry(folder: string, start: string): string {
  const entry = readdirSync(folder).find((name) => name.startsWith(start));
  if (!entry) throw new Error(`There is no ${start}* in ${folder}: remove the folder above it in the cache and start again.`);
  return join(folder, entry);
}

/** `/usr/lib/x86_64-linux-gnu` of the unpacked tree: holds the few libraries that a minimal system lacks. */
export const libraryFolders = (root: string) =>
  readdirSync(join(root, 'usr/lib'))
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => join(root, 'usr/lib', name))
    .join(':');

/** The AMQP 0-9-1 greeting is answered by Connection.Start, a method frame (1) on channel 0. */
async function isReady(at: Asked): Promise<boolean> {
  const answer = await ask(at, Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]));
  return answer?.[0] === 1;
}

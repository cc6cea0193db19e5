import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../instance.ts';
import { run } from '../software/run.ts';
import { portKey, units } from '../topology.ts';
import { answers } from './probe.ts';
import { libraryFolders } from './rabbitmq.ts';
import type { Launch, Prepare } from './server.ts';

const CONFIGURATION = join(projectRoot, 'infra/nginx');
const BALANCED = ['order', 'payment', 'notification'];

export const nginx: Prepare = async ({ name }, around) => {
  const home = join(around.instance.dir, 'nginx');
  mkdirSync(join(home, 'temp'), { recursive: true, mode: 0o700 });
  for (const file of ['nginx.conf', 'public.conf', 'operations.conf']) copyFileSync(join(CONFIGURATION, file), join(home, file));
  const port = (key: string) => around.ports[portKey(name, key)]!;
  writeFileSync(join(home, 'instance.conf'), instanceConfiguration(around.ports, port('edge'), port('operations')));
  const root = around.software.debian;
  const file = join(root, 'usr/sbin/nginx');
  const env = { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: libraryFolders(root) };
  return {
    file,
    // As root nginx would give its workers to a user that may not read this folder; they keep ours.
    args: [
      '-p',
      `${home}/`,
      '-c',
      'nginx.conf',
      ...(await earlyErrors(file, env)),
      '-g',
      `daemon off;${process.getuid?.() === 0 ? ' user root;' : ''}`,
    ],
    env,
    cwd: home,
    // SIGTERM would drop the requests in hand.
    stopSignal: 'SIGQUIT',
    stopWithinMs: 10_000,
    readyWithinMs: 10_000,
    isReady: () => answers(`http://127.0.0.1:${port('operations')}/health/live`),
  } satisfies Launch;
};

/** Where nginx complains until it has read its configuration. Before 1.19.5 (Ubuntu 22.04 has 1.18) it cannot be told. */
async function earlyErrors(file: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const said = await run(file, ['-v'], { env, withErrors: true });
  const [major, minor, patch] = (/nginx\/(\d+)\.(\d+)\.(\d+)/.exec(said) ?? []).slice(1).map(Number);
  return major! * 1e6 + minor! * 1e3 + patch! >= 1_019_005 ? ['-e', 'stderr'] : [];
}

/** Below the services' 75 s: the side that reuses a connection must be the one that closes it first, or it meets a reset. */
const KEEP_ALIVE = '60s';
/** A replica that fails three times within this is left alone for as long. */
const FAIL_TIMEOUT = '1s';

/** The replicas behind each name, and the two origins. */
export function instanceConfiguration(ports: Readonly<Record<string, number>>, edge: number, operations: number): string {
  const replicas = units().filter(({ partName }) => BALANCED.includes(partName));
  const addressOf = (unit: string) => `127.0.0.1:${ports[portKey(unit, 'http')]}`;
  const upstreams = BALANCED.map((service) => {
    const servers = replicas.filter(({ partName }) => partName === service).map((replica) => addressOf(replica.name));
    // After a single failure the last one that lives would be given up as easily, and nginx would answer that there is none.
    const lines = servers.map((address) => `  server ${address} max_fails=3 fail_timeout=${FAIL_TIMEOUT};`);
    return [
      `upstream ${service} {`,
      '  least_conn;',
      ...lines,
      '  keepalive 32;',
      `  keepalive_timeout ${KEEP_ALIVE};`,
      '}',
    ].join('\n');
  });
  const perReplica = replicas.map(
    ({ name }) => `  location /${name}/ { proxy_pass http://${addressOf(name)}/; }`, // /order-1/health/ready, /order-1/metrics
  );
  return [
    ...upstreams,
    `server {\n  listen 127.0.0.1:${edge};\n  server_name _;\n  include public.conf;\n}`,
    `server {\n  listen 127.0.0.1:${operations};\n  server_name _;`,
    `  set $prometheus http://127.0.0.1:${ports[portKey('prometheus', 'http')]};`,
    `  set $rabbitmq http://127.0.0.1:${ports[portKey('rabbitmq', 'management')]};`,
    '  include operations.conf;',
    ...perReplica,
    '}',
    '',
  ].join('\n');
}

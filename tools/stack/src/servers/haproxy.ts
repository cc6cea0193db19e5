import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES } from '@waybill/contracts';
import { projectRoot, run } from '@waybill/kit';
import { prepareHaproxy } from '../software/haproxy.ts';
import { portKey } from '../topology.ts';
import { clientRequestsPerSecond, hostName, replicasOf } from './balanced.ts';
import { answers } from './probe.ts';
import { libraryFolders } from './rabbitmq.ts';
import type { Launch, Prepare } from './server.ts';
import { tlsFolderOf } from './tls-files.ts';

const CONFIGURATION = join(projectRoot, 'infra/haproxy');

export const haproxy: Prepare = async ({ name }, around) => {
  const root = await prepareHaproxy(around.report);
  const home = join(around.home, 'haproxy');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const tls = tlsFolderOf(name, around);
  const port = (key: string) => around.ports[portKey(name, key)]!;
  const write = () => {
    for (const file of readdirSync(CONFIGURATION)) copyFileSync(join(CONFIGURATION, file), join(home, file));
    writeFileSync(join(home, 'instance.cfg'), instanceConfiguration(around.ports, tls !== undefined));
  };
  write();
  const file = join(root, 'usr/sbin/haproxy');
  const files = ['-f', 'haproxy.cfg', '-f', 'instance.cfg'];
  const env = {
    PATH: '/usr/bin:/bin',
    LD_LIBRARY_PATH: libraryFolders(root),
    EDGE: `127.0.0.1:${port('edge')}`,
    OPERATIONS: `127.0.0.1:${port('operations')}`,
    TLS_DIR: tls ?? 'off',
    ...(tls && {
      EDGE_HTTPS: `127.0.0.1:${port('https')}`,
      OPERATIONS_HTTPS: `127.0.0.1:${port('operations-https')}`,
    }),
    HOST: hostName(around.settings),
    CLIENT_REQUESTS_PER_SECOND: String(clientRequestsPerSecond(around.settings)),
  };
  return {
    file,
    // A master, so that a reload puts a new worker beside the old one.
    args: ['-W', '-db', ...files],
    env,
    cwd: home,
    // SIGTERM would drop the requests in hand.
    stopSignal: 'SIGUSR1',
    stopWithinMs: 12_000,
    readyWithinMs: 10_000,
    isReady: () => answers(undefined, port('operations'), '/health/live'),
    reload: async () => {
      write();
      await run(file, ['-c', '-q', ...files], { env, cwd: home });
      return 'SIGUSR2';
    },
  } satisfies Launch;
};

/** The replicas behind each name, once more for the case that every check fails, and nginx for what is a file. */
export function instanceConfiguration(ports: Readonly<Record<string, number>>, tls: boolean): string {
  /** Whom a replica must be, by its certificate. haproxy.cfg says the rest. */
  const named = (name: string) => (tls ? `  default-server verifyhost ${name}\n` : '');
  const backends = SERVICES.map((service) => {
    const servers = (check: string) =>
      replicasOf(service, ports)
        .map(({ name, address }) => `  server ${name} ${address} ${check}\n`)
        .join('');
    return `backend ${service}\n${named(service)}${servers('check')}\nbackend ${service}-unchecked\n${named(service)}${servers('no-check')}`;
  });
  return `${backends.join('\n')}\nbackend nginx\n${named('nginx')}  server nginx 127.0.0.1:${ports[portKey('nginx', tls ? 'https' : 'edge')]} no-check\n`;
}

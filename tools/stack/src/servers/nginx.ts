import { copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SERVICES } from '@waybill/contracts';
import { projectRoot, run } from '@waybill/kit';
import { issuerOf } from '../environment.ts';
import { portKey } from '../topology.ts';
import { clientRequestsPerSecond, hostName, replicasOf } from './balanced.ts';
import { hopeless } from './hopeless.ts';
import { answers } from './probe.ts';
import { libraryFolders } from './rabbitmq.ts';
import type { Launch, Prepare } from './server.ts';
import { tlsFolderOf } from './tls-files.ts';

const CONFIGURATION = join(projectRoot, 'infra/nginx');
/** The same on every machine. */
const SHARED = ['nginx.conf', 'public.conf', 'operations.conf', 'page.conf'];
const [SERVICES_TLS, SERVICES_CLEAR, HTTPS] = ['services-tls.conf', 'services-clear.conf', 'https.conf'] as const;
/** The pages that a browser runs, as they were built. nginx knows these two by links of plain names. */
export const PAGES = join(projectRoot, 'apps/pages/dist');
/** The library of the page at /docs. */
export const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

export const nginx: Prepare = async ({ name }, around) => {
  const home = join(around.home, 'nginx');
  mkdirSync(join(home, 'temp'), { recursive: true, mode: 0o700 });
  const operations = around.ports[portKey(name, 'operations')]!;
  const tls = tlsFolderOf(name, around);
  const root = around.software.debian;
  const file = join(root, 'usr/sbin/nginx');
  const env = { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: libraryFolders(root) };
  const version = await versionOf(file, env);
  const options = {
    host: hostName(around.settings),
    issuer: issuerOf(around.ports, around.settings),
    clientRequestsPerSecond: clientRequestsPerSecond(around.settings),
    keepsConnections: version >= KEEPS_CONNECTIONS,
    tls: tls !== undefined,
  };
  const write = () => {
    for (const shared of [...SHARED, ...(tls ? [HTTPS, SERVICES_TLS] : [SERVICES_CLEAR])])
      copyFileSync(join(CONFIGURATION, shared), join(home, shared));
    for (const [link, folder] of [
      ['swagger-ui', SWAGGER_UI],
      ['pages', PAGES],
      ...(tls ? [['tls', tls] as const] : []),
    ] as const) {
      rmSync(join(home, link), { force: true });
      symlinkSync(folder, join(home, link));
    }
    cpSync(join(CONFIGURATION, 'docs'), join(home, 'docs'), { recursive: true });
    writeFileSync(join(home, 'instance.conf'), instanceConfiguration(around.ports, options));
  };
  write();
  const earlyErrors = version >= TELLS_EARLY_ERRORS ? ['-e', 'stderr'] : [];
  // As root nginx would give its workers to a user that may not read this folder; they keep ours.
  const user = process.getuid?.() === 0 ? ' user root;' : '';
  const args = ['-p', `${home}/`, '-c', 'nginx.conf', ...earlyErrors, '-g', `daemon off;${user}`];
  return {
    file,
    args,
    env,
    cwd: home,
    // SIGTERM would drop the requests in hand.
    stopSignal: 'SIGQUIT',
    stopWithinMs: 10_000,
    readyWithinMs: 10_000,
    isReady: () => answers(undefined, operations, '/health/live'),
    hopeless: hopeless.nginx,
    reload: async () => {
      write();
      // It opens the access log, /dev/stdout, which a pipe of Node's would not let it.
      await run('/bin/sh', ['-c', 'exec "$0" "$@" >/dev/null', file, '-t', '-q', ...args], { env, cwd: home });
      return 'SIGHUP';
    },
  } satisfies Launch;
};

/** From 1.19.5 on (Ubuntu 22.04 has 1.18) it can be told where to complain until it has read its configuration. */
const TELLS_EARLY_ERRORS = 1_019_005;
/** From 1.27.4 on (Debian 12 has 1.22) a reload need not close clients' idle connections under a request that is just coming. */
const KEEPS_CONNECTIONS = 1_027_004;

/** 1.22.1 as 1022001, which compares. */
async function versionOf(file: string, env: NodeJS.ProcessEnv): Promise<number> {
  const said = await run(file, ['-v'], { env, withErrors: true });
  const [major, minor, patch] = (/nginx\/(\d+)\.(\d+)\.(\d+)/.exec(said) ?? []).slice(1).map(Number);
  return major! * 1e6 + minor! * 1e3 + patch!;
}

/** Below the services' 75 s: the side that reuses a connection must be the one that closes it first, or it meets a reset. */
const KEEP_ALIVE = '60s';
/** So long an idle connection of a client outlives a reload, for a request that is under way on it. */
const KEEP_AT_RELOAD = '5s';
/** A replica that fails three times within this is left alone for as long. */
const FAIL_TIMEOUT = '1s';

/** The replicas behind each name, and the two origins. */
export function instanceConfiguration(
  ports: Readonly<Record<string, number>>,
  options: {
    readonly host: string;
    readonly issuer: string;
    readonly clientRequestsPerSecond: number;
    readonly keepsConnections: boolean;
    readonly tls: boolean;
  },
): string {
  const port = (key: string) => ports[portKey('nginx', key)];
  const https = (key: string) => (options.tls ? `  listen 127.0.0.1:${port(key)} ssl backlog=4096;\n  include ${HTTPS};` : '');
  const replicas = SERVICES.flatMap((service) => replicasOf(service, ports));
  const upstreams = SERVICES.map((service) => {
    // After a single failure the last one that lives would be given up as easily, and nginx would answer that there is none.
    const lines = replicasOf(service, ports).map(
      ({ address }) => `  server ${address} max_fails=3 fail_timeout=${FAIL_TIMEOUT};`,
    );
    return [
      `upstream ${service} {`,
      '  least_conn;',
      ...lines,
      // Of 6,000 requests, 256 at a time, 32 would leave 300 to 900 connections closed and opened anew; this leaves none.
      '  keepalive 256;',
      `  keepalive_timeout ${KEEP_ALIVE};`,
      '}',
    ].join('\n');
  });
  const perReplica = replicas.map(
    // /order-1/health/ready, /order-1/metrics, /order-1/operations/dead-letters: what people who run it ask, and not the API, which
    // has its limits and its log on the other origin. What $1 holds is decoded: it may have no control character.
    ({ name, service, address }) =>
      [
        `  location ~ ^/${name}(/(?:health|operations)/[\\w./-]*|/metrics)$ {`,
        `    proxy_ssl_name ${service};\n    proxy_pass $inside://${address}$1$is_args$args;\n  }`,
      ].join('\n'),
  );
  return [
    `include ${options.tls ? SERVICES_TLS : SERVICES_CLEAR};`,
    // A service's name means its replicas, above.
    'map "" $to_service {\n  default $inside;\n}',
    ...upstreams,
    `map $host $waybill_foreign_host {\n  default $waybill_unknown_host;\n  ${options.host} "";\n}`,
    // A second's worth may come at once.
    `limit_req_zone $binary_remote_addr zone=clients:1m rate=${options.clientRequestsPerSecond}r/s;`,
    // Some tens of thousands of tokens: each is kept as it is.
    `limit_req_zone $waybill_token zone=tokens:16m rate=${options.clientRequestsPerSecond}r/s;`,
    ...(options.keepsConnections ? [`keepalive_min_timeout ${KEEP_AT_RELOAD};`] : []),
    // Clients that come in the same moment wait here; 511 would be too few.
    `server {\n  listen 127.0.0.1:${port('edge')} backlog=4096;\n  server_name _;`,
    https('https'),
    ...['clients', 'tokens'].map((zone) => `  limit_req zone=${zone} burst=${options.clientRequestsPerSecond} nodelay;`),
    `  set $swagger_ui swagger-ui;\n  set $pages pages;\n  set $issuer ${options.issuer};\n  include public.conf;\n}`,
    `server {\n  listen 127.0.0.1:${port('operations')};\n  server_name _;`,
    https('operations-https'),
    '  set $pages pages;',
    // Its page asks this origin alone.
    '  set $issuer "";',
    `  set $prometheus $inside://127.0.0.1:${ports[portKey('prometheus', 'http')]};`,
    `  set $rabbitmq $inside://127.0.0.1:${ports[portKey('rabbitmq', 'management')]};`,
    `  set $console $inside://127.0.0.1:${ports[portKey('console', 'http')]};`,
    '  include operations.conf;',
    // In containers alone, where it has a profile.
    '  location /jaeger { error_page 503 @no_jaeger; return 503; }',
    ...perReplica,
    '}',
    '',
  ].join('\n');
}

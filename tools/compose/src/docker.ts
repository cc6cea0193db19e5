import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A project of its own, on free ports: a system that somebody runs beside it is left alone. */
const PROJECT = 'waybill-smoke';
// Grafana is shown nothing here that the boards' own test does not ask, and its image is not everywhere to be had.
const FILES = ['docker-compose.yml', 'infra/grafana/left-out.yml', 'tools/compose/reachable-postgres.yml'];
const FREE_PORTS = {
  WAYBILL_PORT_NGINX_EDGE: '0',
  WAYBILL_PORT_NGINX_OPERATIONS: '0',
  WAYBILL_PORT_HAPROXY_EDGE: '0',
  WAYBILL_PORT_HAPROXY_OPERATIONS: '0',
  WAYBILL_PORT_OUTSIDE_WORLD_HTTP: '0',
};

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs docker until it ends; what it printed is kept. */
export function tryDocker(args: readonly string[], signal?: AbortSignal): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn('docker', args, {
      cwd: root,
      env: { ...process.env, ...FREE_PORTS },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal && { signal, killSignal: 'SIGTERM' }),
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', ({ message }) => resolve({ code: 127, out, err: message }));
    child.once('close', (code) => resolve({ code: code ?? 1, out, err }));
  });
}

/** What docker printed, without the last line's end. Throws with the end of its complaint. */
export async function docker(args: readonly string[], signal?: AbortSignal): Promise<string> {
  const { code, out, err } = await tryDocker(args, signal);
  if (code === 0) return out.trimEnd();
  throw new Error(`docker ${args.join(' ')} ended with ${code}:\n${err.trimEnd().split('\n').slice(-15).join('\n')}`);
}

/** The compose command of the smoke's own project. */
export const compose = (...args: readonly string[]): string[] => [
  'compose',
  '--project-name',
  PROJECT,
  ...FILES.flatMap((file) => ['--file', file]),
  ...args,
];

/** What is missing to run anything, in one sentence; nothing when all is there. */
export async function missing(): Promise<string | undefined> {
  const engine = await tryDocker(['version', '--format', '{{.Server.Version}}']);
  if (engine.code !== 0)
    return 'No Docker engine is reachable (`docker version` fails): start one, or use `npm run demo`, which needs none.';
  const plugin = await tryDocker(['compose', 'version', '--short']);
  if (plugin.code !== 0)
    return 'Docker has no compose plugin (`docker compose version` fails): install docker-compose-plugin 2.30 or later.';
  return undefined;
}

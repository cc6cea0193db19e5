import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { docker, type Call } from './docker.ts';

/** One copy of the system in containers: compose's name for it, and the settings that its files are filled with. */
export interface Project {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  /** The folder of the compose file, when it is a copy. */
  readonly folder?: string;
  /** True where the machine cannot pull Grafana's image. Nothing waits for Grafana, so the rest is the same. */
  readonly withoutGrafana?: boolean;
}

const COMPOSE_FILE = 'docker-compose.yml';
const filesOf = ({ withoutGrafana }: Project): string[] => [
  COMPOSE_FILE,
  'tools/containers/reachable.yml',
  ...(withoutGrafana ? ['infra/grafana/left-out.yml'] : []),
];

/** The project of `docker compose up` on its stated ports; or one of that name beside it, on other ports. */
export const projectOf = (instance?: string): Project =>
  instance === undefined
    ? { name: 'waybill', settings: {} }
    : { name: `waybill-${instance}`, settings: { ...leftToDocker(), ...partOfAName(instance) } };

/** These stand in names that are compared as text, the issuer's and those of the pages that it sends people back to. */
const IN_NAMES = ['IDENTITY_HTTP', 'NGINX_EDGE', 'NGINX_OPERATIONS', 'HAPROXY_EDGE', 'HAPROXY_OPERATIONS'];
const FIRST_PORT = 20_000;
const PLACES = 1_200;

/** So they must be known before anything starts: each instance has its own, which follow from what it is called. */
function partOfAName(instance: string): Record<string, string> {
  const place = createHash('sha256').update(instance).digest().readUInt32BE(0) % PLACES;
  return Object.fromEntries(
    IN_NAMES.map((name, index) => [`WAYBILL_PORT_${name}`, String(FIRST_PORT + place * IN_NAMES.length + index)]),
  );
}

/** Port 0 is one that Docker chooses. */
function leftToDocker(): Record<string, string> {
  const file = readFileSync(join(projectRoot, COMPOSE_FILE), 'utf8');
  return Object.fromEntries([...file.matchAll(/\$\{(WAYBILL_PORT_\w+)/g)].map(([, setting]) => [setting!, '0']));
}

/** The engine refuses a server more processors than the machine has. */
const onOneProcessor = availableParallelism() === 1 ? { WAYBILL_SERVER_CPUS: '1' } : {};

/** Runs a command of docker compose on the project. Resolves to what it printed. */
export const compose = (project: Project, args: readonly string[], call: Call = {}): Promise<string> =>
  docker(['compose', '--project-name', project.name, ...filesOf(project).flatMap((file) => ['--file', file]), ...args], {
    ...call,
    ...(project.folder !== undefined && { cwd: project.folder }),
    environment: { ...onOneProcessor, ...project.settings },
  });

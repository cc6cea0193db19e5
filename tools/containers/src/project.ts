import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker, root, type Call } from './docker.ts';

/** One copy of the system in containers: compose's name for it, and the settings that its files are filled with. */
export interface Project {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
}

const COMPOSE_FILE = 'docker-compose.yml';
/** Without Grafana, whose image is not everywhere: nothing waits for it. `docker compose up` has it. */
const FILES = [COMPOSE_FILE, 'infra/grafana/left-out.yml', 'tools/containers/reachable-postgres.yml'];

/** The project of `docker compose up` on its stated ports; or one of that name beside it, on free ports. */
export const projectOf = (instance?: string): Project =>
  instance === undefined ? { name: 'waybill', settings: {} } : { name: `waybill-${instance}`, settings: freePorts() };

function freePorts(): Record<string, string> {
  const file = readFileSync(join(root, COMPOSE_FILE), 'utf8');
  return Object.fromEntries([...file.matchAll(/\$\{(WAYBILL_PORT_\w+)/g)].map(([, setting]) => [setting!, '0']));
}

/** Runs a command of docker compose on the project. Resolves to what it printed. */
export const compose = ({ name, settings }: Project, args: readonly string[], call: Call = {}): Promise<string> =>
  docker(['compose', '--project-name', name, ...FILES.flatMap((file) => ['--file', file]), ...args], {
    ...call,
    environment: settings,
  });

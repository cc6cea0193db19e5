import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';

/** The instance that `npm run demo` and `npm run stack` work with when nobody names another. */
export const DEFAULT_INSTANCE = 'default';

/** One running copy of the whole system: its own folder, ports, data, passwords and supervisor. */
export interface Instance {
  readonly name: string;
  /** `.stack` for the default instance, `.stack-NAME` for any other. */
  readonly dir: string;
  readonly paths: Paths;
}

/** Names become part of a folder's name, so only letters, digits and dashes will do. */
export function instanceOf(name = DEFAULT_INSTANCE): Instance {
  if (!NAME.test(name)) throw new Error(`"${name}" cannot name an instance: use up to 40 letters, digits and dashes.`);
  const dir = join(projectRoot, name === DEFAULT_INSTANCE ? FOLDER : `${FOLDER}-${name}`);
  return { name, dir, paths: pathsIn(dir) };
}

const FOLDER = '.stack';
const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/i;

/** Every instance that has a folder, up or down. A folder that somebody has renamed is none. */
export const instances = (): Instance[] =>
  readdirSync(projectRoot).flatMap((entry) => {
    if (entry === FOLDER) return instanceOf();
    const name = entry.startsWith(`${FOLDER}-`) ? entry.slice(FOLDER.length + 1) : '';
    return NAME.test(name) ? instanceOf(name) : [];
  });

type Paths = ReturnType<typeof pathsIn>;

/** Where things are in an instance's folder. */
function pathsIn(dir: string) {
  return {
    dir,
    logs: join(dir, 'logs'),
    secrets: join(dir, 'secrets'),
    /** Who runs: written by the supervisor, read after a power cut. */
    state: join(dir, 'state.json'),
    /** Where the servers are and how to sign in, for tests and tools. */
    connections: join(dir, 'connections.json'),
    /** Who is just bringing it up. */
    starting: join(dir, 'starting.json'),
    ports: join(dir, 'ports.json'),
    socket: join(dir, 'control.sock'),
    of: (...parts: string[]) => join(dir, ...parts),
  };
}

/** Downloads, shared by all clones of one user, as npm's are. */
export const cacheDir = () => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'waybill');

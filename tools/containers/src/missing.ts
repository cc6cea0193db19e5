import { tryDocker } from './docker.ts';

/** Mounting a folder of a volume (`subpath`), and a health check's `start_interval`. */
const ENGINE = 26;
/** `subpath` again. */
const COMPOSE = [2, 30] as const;

/** What is missing to run anything in containers, in one sentence; nothing when all is there. */
export async function missing(): Promise<string | undefined> {
  const [engine, plugin] = await Promise.all([
    tryDocker(['version', '--format', '{{.Server.Version}}']),
    tryDocker(['compose', 'version', '--short']),
  ]);
  if (engine.code !== 0) return 'No Docker engine is reachable: `docker version` fails.';
  if (plugin.code !== 0) return 'Docker has no compose plugin: `docker compose version` fails.';
  return tooOld(engine.stdout.trim(), plugin.stdout.trim());
}

/** Versions as docker prints them: `28.5.2+dfsg4`, `v2.40.3`. */
export function tooOld(engine: string, plugin: string): string | undefined {
  const [major = 0] = numbersOf(engine);
  if (major < ENGINE) return `Docker Engine ${ENGINE} or later is needed, and this is ${engine}.`;
  const [first = 0, second = 0] = numbersOf(plugin);
  if (first < COMPOSE[0] || (first === COMPOSE[0] && second < COMPOSE[1]))
    return `Docker Compose ${COMPOSE.join('.')} or later is needed, and this is ${plugin}.`;
  return undefined;
}

const numbersOf = (version: string) => (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);

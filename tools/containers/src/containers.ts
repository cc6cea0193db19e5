import { docker } from './docker.ts';
import type { Project } from './project.ts';

export interface Container {
  readonly name: string;
  readonly service: string;
  /** Counts from 1 among the containers of its service. */
  readonly number: number;
  readonly running: boolean;
  readonly healthy: boolean;
  /** As the engine's machine knows it; none when it does not run. */
  readonly pid: number | null;
  readonly restarts: number;
  /** It was told that TLS is off. */
  readonly clear: boolean;
  /** Which port of loopback leads to which of its own. */
  readonly published: Readonly<Record<number, number>>;
}

/** What `docker inspect` says, as far as it is read here. */
interface Inspected {
  readonly Name: string;
  readonly RestartCount: number;
  readonly Config: { readonly Labels: Readonly<Record<string, string>>; readonly Env?: readonly string[] };
  readonly State: { readonly Running: boolean; readonly Pid: number; readonly Health?: { readonly Status: string } };
  readonly HostConfig: { readonly RestartPolicy: { readonly Name: string } };
  readonly NetworkSettings: { readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>> };
}

/** Every container of the project that is meant to run, also one that was killed. A step that is done is none. */
export async function containersOf({ name }: Project): Promise<Container[]> {
  const ofProject = ['--filter', `label=com.docker.compose.project=${name}`, '--filter', 'label=com.docker.compose.oneoff=False'];
  const ids = await docker(['ps', '--all', '--quiet', ...ofProject]);
  if (ids === '') return [];
  const found = JSON.parse(await docker(['inspect', ...ids.split('\n')])) as Inspected[];
  return found.filter(({ HostConfig }) => HostConfig.RestartPolicy.Name === 'unless-stopped').map(containerOf);
}

export function containerOf({ Name, RestartCount, Config, State, NetworkSettings }: Inspected): Container {
  const published = Object.entries(NetworkSettings.Ports).flatMap(([port, bindings]) =>
    (bindings ?? []).slice(0, 1).map(({ HostPort }) => [Number.parseInt(port, 10), Number(HostPort)] as const),
  );
  return {
    name: Name.replace('/', ''),
    service: Config.Labels['com.docker.compose.service'] ?? '',
    number: Number(Config.Labels['com.docker.compose.container-number']),
    running: State.Running,
    // An image with nothing in it that could ask has no health check: that it runs is all that is known.
    healthy: State.Running && (State.Health?.Status ?? 'healthy') === 'healthy',
    pid: State.Running ? State.Pid : null,
    restarts: RestartCount,
    clear: Config.Env?.includes('TLS_DIR=off') ?? false,
    published: Object.fromEntries(published),
  };
}

/** What the running ones hold in memory, in bytes, by their name. */
export async function memoryOfContainers(containers: readonly Container[]): Promise<Map<string, number>> {
  const names = containers.filter(({ running }) => running).map(({ name }) => name);
  if (names.length === 0) return new Map();
  const lines = await docker(['stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}', ...names]);
  return new Map(lines.split('\n').map(memoryIn));
}

const UNITS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** A line of `docker stats`: `waybill-order-1 85.73MiB / 320MiB`. */
export function memoryIn(line: string): [name: string, bytes: number] {
  const [, name = '', amount, unit] = /^(\S+) ([\d.]+)(B|KiB|MiB|GiB) /.exec(line) ?? [];
  return [name, Math.round(Number(amount ?? 0) * UNITS[(unit ?? 'B') as keyof typeof UNITS])];
}

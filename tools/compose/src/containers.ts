import { databasesOf, type RunningStack } from '@waybill/demo';
import { compose, docker } from './docker.ts';

/** Where everything of the project is, as the demo's client and audit want to know it. */
export async function runningContainers(clientLedger: string): Promise<RunningStack> {
  const [edge, operations, outsideWorld, postgres] = await Promise.all([
    published('nginx', 8080),
    published('nginx', 8081),
    published('outside-world', 8090),
    published('postgres', 28432),
  ]);
  const urls = { edge: `http://${edge}`, operations: `http://${operations}`, outsideWorld: `http://${outsideWorld}` };
  const [host, port] = postgres.split(':');
  const password = await docker(compose('exec', '-T', 'postgres', 'cat', '/run/secrets/postgres'));
  return {
    urls,
    edge: urls.edge,
    outsideWorld: urls.outsideWorld,
    clientLedger,
    database: databasesOf({ host: host!, port: Number(port), user: 'postgres', password }),
  };
}

const published = (service: string, port: number) => docker(compose('port', service, String(port)));

interface Container {
  readonly Name: string;
  readonly Service: string;
  readonly State: string;
  readonly Health: string;
}

/** Everything that runs; a step that is done does not. */
export async function containers(): Promise<Container[]> {
  const lines = await docker(compose('ps', '--format', 'json'));
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Container)
    .sort((a, b) => a.Name.localeCompare(b.Name));
}

/** What each container holds in memory, in MB. */
export async function memory(): Promise<[string, number][]> {
  const names = (await containers()).map(({ Name }) => Name);
  const lines = await docker(['stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}', ...names]);
  return lines.split('\n').map((line) => {
    const [, name, amount, unit] = /^(\S+) ([\d.]+)([KMG])iB/.exec(line)!;
    return [name!, (Number(amount) * { K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[unit as 'K' | 'M' | 'G']) / 1e6];
  });
}

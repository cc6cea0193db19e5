import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { portKey, topology, units, type Part } from '../topology.ts';

interface Targets {
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

interface Job {
  readonly job_name: string;
  readonly scheme?: string;
  readonly tls_config?: Readonly<Record<string, string>>;
  readonly static_configs?: readonly Targets[];
  readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
}

interface Configuration {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly Job[];
}

/** Where containers have what TLS needs. */
export const TLS_IN_CONTAINERS = '/run/secrets/tls';

/** Where the configuration lies, the ports of the instance, and what TLS needs; left out, everything is asked in clear text. */
interface Here {
  readonly folder: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly tls?: string | undefined;
}

/**
 * Prometheus's configuration, written for containers, for processes of this machine: `rabbitmq:28674` becomes the loopback
 * port which that part has here, and a name that Docker's DNS answers with every replica becomes the replicas themselves.
 */
export function nativeTargets(yaml: string, { folder, ports, tls }: Here): string {
  const { scrape_configs: jobs, rule_files: rules, ...rest } = parse(yaml) as Configuration;
  const native = jobs.map(({ static_configs: fixed = [], dns_sd_configs: found = [], ...job }) => ({
    ...(tls === undefined ? inClear(job) : withFilesIn(tls, job)),
    static_configs: [
      ...fixed.map(({ targets, labels }) => ({ targets: targets.map((target) => addressOf(target, ports, tls)), labels })),
      ...found.flatMap(({ names, port }) => names.flatMap((name) => replicasOf(name, port, ports))),
    ],
  }));
  return stringify({ ...rest, rule_files: rules.map((file) => join(folder, file)), scrape_configs: native });
}

/** The configuration for containers without TLS. */
export function clearTargets(yaml: string): string {
  const { scrape_configs: jobs, ...rest } = parse(yaml) as Configuration;
  const clear = jobs.map(({ static_configs: fixed, ...job }) => ({
    ...inClear(job),
    ...(fixed && {
      static_configs: fixed.map(({ targets, ...more }) => ({ targets: targets.map((target) => inClearAt(target)), ...more })),
    }),
  }));
  return stringify({ ...rest, scrape_configs: clear });
}

const inClear = ({ scheme: _, tls_config: __, ...job }: Job): Job => job;

const withFilesIn = (folder: string, { tls_config: tls = {}, ...job }: Job): Job => ({
  ...job,
  ...(job.scheme && {
    tls_config: Object.fromEntries(Object.entries(tls).map(([name, value]) => [name, value.replace(TLS_IN_CONTAINERS, folder)])),
  }),
});

/** The port in clear text of a part that has one for each. */
const IN_CLEAR: Readonly<Record<string, string>> = { 'operations-https': 'operations', https: 'http' };

function inClearAt(target: string): string {
  const { name, port } = partAt(target);
  return `${name}:${(topology as Readonly<Record<string, Part>>)[name]!.ports[IN_CLEAR[port] ?? port]}`;
}

function addressOf(target: string, ports: Readonly<Record<string, number>>, tls: string | undefined): string {
  const { name, port } = partAt(tls === undefined ? inClearAt(target) : target);
  return `127.0.0.1:${ports[portKey(name, port)]}`;
}

/** Each replica under its own name, and with the label that a look-up in DNS would have left. */
const replicasOf = (name: string, port: number, ports: Readonly<Record<string, number>>): Targets[] =>
  units(undefined, { only: [name] }).map((unit) => ({
    targets: [`127.0.0.1:${ports[portKey(unit.name, partAt(`${name}:${port}`).port)]}`],
    labels: { __meta_dns_name: name, instance: unit.name },
  }));

/** In containers every part listens on its default port, so that the number tells which of its ports is meant. */
function partAt(target: string): { readonly name: string; readonly port: string } {
  const [name = '', number] = target.split(':');
  const part = (topology as Readonly<Record<string, Part>>)[name];
  const port = Object.entries(part?.ports ?? {}).find(([, known]) => known === Number(number));
  if (!port) throw new Error(`infra/prometheus/prometheus.yml names ${target}, which the topology does not have.`);
  return { name, port: port[0] };
}

import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { portKey, topology, units, type Part } from '../topology.ts';

interface Targets {
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

interface Configuration {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly static_configs?: readonly Targets[];
    readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
  }[];
}

/**
 * Prometheus's configuration, written for containers, for processes of this machine: `rabbitmq:28674` becomes the loopback
 * port which that part has here, and a name that Docker's DNS answers with every replica becomes the replicas themselves.
 */
export function nativeTargets(yaml: string, folder: string, ports: Readonly<Record<string, number>>): string {
  const { scrape_configs: jobs, rule_files: rules, ...rest } = parse(yaml) as Configuration;
  const native = jobs.map(({ static_configs: fixed = [], dns_sd_configs: found = [], ...job }) => ({
    ...job,
    static_configs: [
      ...fixed.map(({ targets, labels }) => ({ targets: targets.map((target) => addressOf(target, ports)), labels })),
      ...found.flatMap(({ names, port }) => names.flatMap((name) => replicasOf(name, port, ports))),
    ],
  }));
  return stringify({ ...rest, rule_files: rules.map((file) => join(folder, file)), scrape_configs: native });
}

function addressOf(target: string, ports: Readonly<Record<string, number>>): string {
  const [name = '', port] = target.split(':');
  return `127.0.0.1:${ports[portKey(name, portNamed(name, Number(port)))]}`;
}

/** Each replica under its own name, and with the label that a look-up in DNS would have left. */
const replicasOf = (name: string, port: number, ports: Readonly<Record<string, number>>): Targets[] =>
  units(undefined, { only: [name] }).map((unit) => ({
    targets: [`127.0.0.1:${ports[portKey(unit.name, portNamed(name, port))]}`],
    labels: { __meta_dns_name: name, instance: unit.name },
  }));

/** In containers every part listens on its default port, so that the number tells which of its ports is meant. */
function portNamed(name: string, port: number): string {
  const part = (topology as Readonly<Record<string, Part>>)[name];
  const named = Object.entries(part?.ports ?? {}).find(([, number]) => number === port);
  if (!named) throw new Error(`infra/prometheus/prometheus.yml names ${name}:${port}, which the topology does not have.`);
  return named[0];
}

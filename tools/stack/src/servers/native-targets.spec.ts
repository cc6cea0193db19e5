import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '@waybill/kit';
import { nativeTargets } from './native-targets.ts';
import { defaultPorts, serviceReplicas, topology, units, type Part } from '../topology.ts';

const folder = join(projectRoot, 'infra/prometheus');
const written = readFileSync(join(folder, 'prometheus.yml'), 'utf8');

interface Job {
  readonly job_name: string;
  readonly metrics_path?: string;
  readonly static_configs: readonly { readonly targets: readonly string[]; readonly labels: Readonly<Record<string, string>> }[];
}

const nativeJobs = (yaml = written, ports = defaultPorts()) =>
  (parse(nativeTargets(yaml, folder, ports)) as { scrape_configs: Job[] }).scrape_configs;

describe("Prometheus's configuration, on this machine", () => {
  it('asks every replica of every service, under its name and by its own port', () => {
    const replicas = units()
      .filter(({ part }) => part.service && part.runs === 'app')
      .map(({ name, partName }) => ({
        targets: [`127.0.0.1:${defaultPorts()[`${name}.http`]}`],
        labels: { __meta_dns_name: partName, instance: name },
      }));
    expect(replicas).toHaveLength(serviceReplicas().length);
    expect(nativeJobs().find(({ job_name: name }) => name === 'services')?.static_configs).toEqual(replicas);
  });

  it('puts the ports of the instance in the place of those of the containers, and leaves the rest as it is', () => {
    const queues = nativeJobs(written, { ...defaultPorts(), 'rabbitmq.metrics': 4711 }).find(
      ({ job_name: name }) => name === 'rabbitmq-queues',
    );
    expect(queues).toMatchObject({
      metrics_path: '/metrics/detailed',
      static_configs: [{ targets: ['127.0.0.1:4711'], labels: { instance: 'rabbitmq' } }],
    });
  });

  it('asks every part that only looks on', () => {
    const observers = Object.entries<Part>(topology).filter(([, { observes }]) => observes);
    for (const [name] of observers) expect(written).toContain(`${name}:`);
  });

  it('refuses a port that the topology does not have', () => {
    const drifted = written.replace('rabbitmq:28674', 'rabbitmq:15692');
    expect(() => nativeJobs(drifted)).toThrow('names rabbitmq:15692, which the topology does not have');
  });
});

import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SERVICES } from '@waybill/contracts';
import { projectRoot } from '@waybill/kit';
import { clearTargets, nativeTargets } from './native-targets.ts';
import { defaultPorts, serviceReplicas, topology, units, type Part } from '../topology.ts';

const folder = join(projectRoot, 'infra/prometheus');
const written = readFileSync(join(folder, 'prometheus.yml'), 'utf8');

interface Job {
  readonly job_name: string;
  readonly metrics_path?: string;
  readonly scheme?: string;
  readonly tls_config?: Readonly<Record<string, string>>;
  readonly relabel_configs?: readonly object[];
  readonly static_configs: readonly { readonly targets: readonly string[]; readonly labels: Readonly<Record<string, string>> }[];
}

const nativeJobs = (yaml = written, ports = defaultPorts(), tls?: string) =>
  (parse(nativeTargets(yaml, { folder, ports, tls })) as { scrape_configs: Job[] }).scrape_configs;

describe("Prometheus's configuration, on this machine", () => {
  it('asks every replica of every service, under its name and by its own port', () => {
    const replicas = units()
      .filter(({ part }) => part.service && part.runs === 'app')
      .map(({ name, partName }) => ({
        targets: [`127.0.0.1:${defaultPorts()[`${name}.http`]}`],
        labels: { __meta_dns_name: partName, instance: name },
      }));
    expect(replicas).toHaveLength(serviceReplicas().length);
    const ofServices = nativeJobs().filter(({ job_name: name }) => (SERVICES as readonly string[]).includes(name));
    expect(ofServices.flatMap(({ static_configs: targets }) => targets)).toEqual(replicas);
    for (const { relabel_configs: relabelled } of ofServices)
      expect(relabelled).toContainEqual({ target_label: 'job', replacement: 'services' });
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

  it('shows a service the certificate of the instance, and takes one alone that has the name of the service', () => {
    const payment = nativeJobs(written, defaultPorts(), '/here').find(({ job_name: name }) => name === 'payment');
    expect(payment).toMatchObject({
      scheme: 'https',
      tls_config: { ca_file: '/here/ca.pem', cert_file: '/here/key-and-certificate.pem', server_name: 'payment' },
    });
  });

  it('knows nothing of certificates where TLS is off, here and in containers', () => {
    for (const { scheme, tls_config: tls } of nativeJobs()) expect([scheme, tls]).toEqual([undefined, undefined]);
    const clear = readFileSync(join(folder, 'prometheus-clear.yml'), 'utf8');
    expect(parse(clear)).toEqual(parse(clearTargets(written)));
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

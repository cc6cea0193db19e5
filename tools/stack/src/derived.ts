import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { issuerOf } from './environment.ts';
import { helpOf } from './verbs/help.ts';
import { nativeTargets } from './servers/native-targets.ts';
import { restartOneByOne } from './verbs/restart-rolling.ts';
import { CLIENT_REQUESTS_PER_SECOND, HOST } from './servers/balanced.ts';
import { instanceConfiguration as haproxyConfiguration } from './servers/haproxy.ts';
import { instanceConfiguration as nginxConfiguration } from './servers/nginx.ts';
import { defaultPorts, serviceReplicas, units } from './topology.ts';

/** What the stack makes of the list of services, as text: a check looks for each service in each of these. */
export async function derivedFromServices(): Promise<Readonly<Record<string, string>>> {
  const ports = defaultPorts();
  const folder = join(projectRoot, 'infra/prometheus');
  const limits = {
    host: HOST,
    issuer: issuerOf(ports, {}),
    clientRequestsPerSecond: CLIENT_REQUESTS_PER_SECOND,
    keepsConnections: true,
    tls: true,
  };
  return {
    'the topology': units()
      .map(({ name }) => name)
      .join(' '),
    'the list of replicas, by which the fault runs go': serviceReplicas().join(' '),
    "the native stack's nginx": nginxConfiguration(ports, limits),
    "the native stack's HAProxy": haproxyConfiguration(ports, true),
    "the native stack's Prometheus": nativeTargets(readFileSync(join(folder, 'prometheus.yml'), 'utf8'), {
      folder,
      ports,
      tls: '/tls',
    }),
    '`restart --rolling` without names': (await restartedWithoutNames()).join(' '),
    'the help of `dev`': helpOf('dev'),
  };
}

/** In a system in which every replica is well, and nothing takes time. */
async function restartedWithoutNames(): Promise<string[]> {
  const restarted: string[] = [];
  await restartOneByOne([], {
    services: async () => units().map(({ name }) => ({ name, state: 'starting', healthy: true })),
    restart: async (name) => {
      restarted.push(name);
      return '';
    },
    report: () => undefined,
    rejoinMs: 0,
  });
  return restarted;
}

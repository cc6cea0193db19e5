import { containersOf, memoryOfContainers, missing, type Container, type Project } from '@waybill/containers';
import { partsOf, type Overview } from './overview.ts';
import type { ServiceStatus } from './supervision/supervisor.ts';
import { portKey, topology, type Part } from './topology.ts';
import { urlsOf } from './urls.ts';

const parts: Readonly<Record<string, Part>> = topology;

/** The same about the system in containers. Throws a sentence when there is nothing to tell. */
export async function containerOverview(project: Project): Promise<Overview> {
  const sentence = await missing();
  if (sentence) throw new Error(sentence);
  const containers = await containersOf(project);
  if (containers.length === 0) throw new Error('Nothing is there in containers: `docker compose up --wait` starts it.');
  return overviewOfContainers(containers, await memoryOfContainers(containers));
}

/** Names are those of the native stack, ports those that loopback leads to. */
export function overviewOfContainers(found: readonly Container[], memoryByName: ReadonlyMap<string, number>): Overview {
  const containers = found.toSorted((a, b) => rank(a) - rank(b) || a.service.localeCompare(b.service) || a.number - b.number);
  const memoryByUnit = new Map(containers.map((container) => [unitOf(container), memoryByName.get(container.name) ?? 0]));
  const services = containers.map(statusOf);
  const ports = Object.fromEntries(
    services.flatMap(({ name, ports: own }) => Object.entries(own).map(([port, number]) => [portKey(name, port), number])),
  );
  return {
    services,
    urls: urlsOf(ports, services, !found.some(({ clear }) => clear)),
    parts: partsOf(services, ({ name }) => memoryByUnit.get(name) ?? 0),
  };
}

/** In the topology's order; what is here alone comes last. */
const rank = ({ service }: Container) => {
  const place = Object.keys(parts).indexOf(service);
  return place === -1 ? Number.MAX_SAFE_INTEGER : place;
};

const unitOf = ({ service, number }: Container) =>
  parts[service]?.replicas === undefined && number === 1 ? service : `${service}-${number}`;

function statusOf(container: Container): ServiceStatus {
  const { service, published, pid, healthy, running, restarts } = container;
  const ports = Object.entries(parts[service]?.ports ?? {}).flatMap(([name, port]) =>
    published[port] === undefined ? [] : [[name, published[port]] as const],
  );
  const state = healthy ? 'ready' : running ? 'not healthy' : 'stopped';
  return { name: unitOf(container), pid, state, ports: Object.fromEntries(ports), healthy, restarts };
}

import { memoryOf } from './supervision/memory.ts';
import type { ServiceStatus } from './supervision/supervisor.ts';
import { topology } from './topology.ts';

export interface Status {
  readonly services: readonly ServiceStatus[];
  readonly urls: Readonly<Record<string, string>>;
}

/** A part of the topology with all its replicas. */
export interface PartStatus {
  readonly name: string;
  readonly replicas: number;
  readonly healthy: number;
  readonly memoryBytes: number;
}

/** What both ways of running the system tell about it. */
export interface Overview extends Status {
  readonly parts: readonly PartStatus[];
}

/** Natively: the memory of a process is its own and that of all that it has started. */
export const overviewOf = (status: Status): Overview => ({
  ...status,
  parts: partsOf(status.services, ({ pid }) => (pid === null ? 0 : memoryOf(pid))),
});

/** Replicas of one part in one line, in the order in which they come. */
export function partsOf(services: readonly ServiceStatus[], memoryBytes: (service: ServiceStatus) => number): PartStatus[] {
  const byPart = Map.groupBy(services, ({ name }) => partOf(name));
  return [...byPart].map(([name, replicas]) => ({
    name,
    replicas: replicas.length,
    healthy: replicas.filter(({ healthy }) => healthy).length,
    memoryBytes: replicas.reduce((sum, replica) => sum + memoryBytes(replica), 0),
  }));
}

/** `order-2` is a replica of `order`; `outside-world` has no number, and a scaled service may have more than the topology. */
const partOf = (name: string) => (name in topology ? name : name.replace(/-\d+$/, ''));

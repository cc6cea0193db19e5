import type { SystemState } from '../answers.ts';

export interface Row {
  readonly name: string;
  readonly replicas: number;
  readonly healthy: number;
  readonly memoryBytes?: number;
}

/** One line for each part, as `npm run stack -- status` has it: the services by their replicas, the rest by who asks it. */
export function summaryOf({ replicas, targets }: Pick<SystemState, 'replicas' | 'targets'>): readonly Row[] {
  const services = [...new Set(replicas.map(({ service }) => service))].map((name): Row => {
    const mine = replicas.filter(({ service }) => service === name);
    const known = mine.flatMap(({ memoryBytes }) => (memoryBytes === undefined ? [] : [memoryBytes]));
    const memory = known.length > 0 ? { memoryBytes: known.reduce((sum, bytes) => sum + bytes, 0) } : {};
    return { name, replicas: mine.length, healthy: mine.filter(({ up }) => up).length, ...memory };
  });
  const there = targets.filter(({ job, up }) => up || !OPTIONAL.has(job));
  // A server may have several pages of figures: it is there when each of them answers.
  const parts = [...new Set(there.map(({ job }) => partOf(job)))].map((name): Row => {
    const mine = there.filter(({ job }) => partOf(job) === name);
    const memory = mine.find(({ memoryBytes }) => memoryBytes !== undefined)?.memoryBytes;
    return {
      name,
      replicas: 1,
      healthy: mine.every(({ up }) => up) ? 1 : 0,
      ...(memory !== undefined && { memoryBytes: memory }),
    };
  });
  return [...services, ...parts];
}

/** Prometheus asks for it also where nobody has started it. */
const OPTIONAL: ReadonlySet<string> = new Set(['haproxy']);

const partOf = (job: string): string => job.replace(/-queues$/, '');

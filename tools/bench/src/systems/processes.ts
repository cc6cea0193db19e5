import { cpuOf, type Cpu } from '../machine/cpu.ts';
import type { Servers } from './servers.ts';

/** The servers that both designs use, by the name of their part. */
const SHARED = ['postgres', 'rabbitmq', 'kafka', 'nginx', 'outside-world'];

/** Processor time of the servers, of the services, and of this process, which generates the load and watches. */
export function cpuOfAll({ pids }: Servers, services: Readonly<Record<string, readonly number[]>>): Cpu {
  const shared = SHARED.flatMap((name) => (pids[name] === undefined ? [] : [[name, [pids[name]]] as const]));
  const { user, system } = process.cpuUsage();
  return { ...cpuOf({ ...Object.fromEntries(shared), ...services }), generator: (user + system) / 1_000 };
}

import { type Part, topology } from '@waybill/stack';
import { cpuOf } from '../machine/cpu.ts';
import type { Servers } from './servers.ts';
import type { System } from './system.ts';

const OBSERVERS = Object.entries<Part>(topology)
  .filter(([, { observes }]) => observes)
  .map(([name]) => name);

/** The system with the processor time of what looks on. */
export function withObservers(system: System, { pids }: Pick<Servers, 'pids'>): System {
  const groups = Object.fromEntries(OBSERVERS.map((name) => [name, [pids[name]!]]));
  return { ...system, cpu: () => ({ ...system.cpu(), ...cpuOf(groups) }) };
}

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '@waybill/kit';
import { belongsTo, isAlive, processesOf, type Identity } from './identity.ts';
import { type Instance } from '../instance.ts';
import type { StateFile } from './supervisor.ts';

/** Long enough for PostgreSQL's last checkpoint; nothing here loses anything by a kill. */
const END_WITHIN_MS = 5_000;

/** The supervisor of a running instance, or nothing: its state file may be left from before a power cut. */
export function runningSupervisor(instance: Instance): Identity | undefined {
  const state = readState(instance);
  return state && isOurs(instance, state.supervisor) ? state.supervisor : undefined;
}

export function readState(instance: Instance): StateFile | undefined {
  const file = instance.paths.state;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StateFile) : undefined;
}

/** A pid from the state file is believed only when boot, start time and the mark of the folder agree. */
export const isOurs = (instance: Instance, identity: Identity): boolean =>
  isAlive(identity) && belongsTo(identity.pid, instance.dir);

/**
 * Ends what is alive of an instance without a supervisor that answers: first in each one's own way, then by SIGKILL. What
 * carries the mark of the instance's folder is found wherever it runs, whether it came into the state file or not. After
 * a power cut nothing is alive, and nothing is touched.
 */
export async function endLeftovers(instance: Instance, report: Report): Promise<void> {
  const state = readState(instance);
  // It would start again what is ended here. Its guardian would do the same work at the same time.
  if (state && isOurs(instance, state.supervisor)) send(state.supervisor.pid, 'SIGKILL');
  for (const pid of processesOf(instance.dir, 'WAYBILL_GUARDIAN')) send(pid, 'SIGKILL');
  const left = () => processesOf(instance.dir);
  if (left().length > 0) {
    report(`nobody looks after ${left().length} processes that were started here: ending them`);
    const signals = new Map(Object.values(state?.processes ?? {}).map(({ pid, stopSignal }) => [pid, stopSignal]));
    for (const pid of left()) {
      send(pid, signals.get(pid) ?? 'SIGTERM');
      send(pid, 'SIGCONT');
    }
    const deadline = performance.now() + END_WITHIN_MS;
    while (left().length > 0) {
      if (performance.now() > deadline) for (const pid of left()) send(pid, 'SIGKILL');
      await delay(50);
    }
    report('none of them is left');
  }
  rmSync(instance.paths.state, { force: true });
  rmSync(instance.paths.socket, { force: true });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in this very moment.
  }
}

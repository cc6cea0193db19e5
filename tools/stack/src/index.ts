import { existsSync, readFileSync, rmSync } from 'node:fs';
import { order } from './control.ts';
import { instanceOf, paths } from './instance.ts';
import { elapsedReport, type Report } from './report.ts';
import type { ServiceStatus } from './supervisor.ts';
import { portKey, units } from './topology.ts';
import { endLeftovers, runningSupervisor, untilGone } from './up.ts';

export { DEFAULT_INSTANCE, instanceOf, paths, projectRoot } from './instance.ts';
export type { ServiceStatus } from './supervisor.ts';
export { up, type UpOptions } from './up.ts';

export interface Status {
  readonly services: readonly ServiceStatus[];
  readonly urls: Readonly<Record<string, string>>;
}

/** Ends an instance, in the reverse order of its start. With `purge` its folder goes too. */
export async function down(options: { instance?: string; purge?: boolean; report?: Report } = {}): Promise<void> {
  const instance = instanceOf(options.instance);
  const supervisor = runningSupervisor(instance);
  if (supervisor) {
    await order(supervisor, 'down');
    await untilGone(supervisor);
  } else {
    await endLeftovers(instance, options.report ?? elapsedReport());
    rmSync(paths(instance).state, { force: true });
  }
  if (options.purge) rmSync(instance.dir, { recursive: true, force: true });
}

/** Every process and where to look. Of an instance that is down: every part of the topology, stopped. */
export async function status(name?: string): Promise<Status> {
  const instance = instanceOf(name);
  const supervisor = runningSupervisor(instance);
  const services = supervisor
    ? await order<ServiceStatus[]>(supervisor, 'status')
    : units()
        .filter(({ part }) => part.runs !== 'step')
        .map((unit) => ({ name: unit.name, pid: null, state: 'stopped', ports: {}, healthy: false, restarts: 0 }));
  const file = paths(instance).ports;
  const ports = supervisor && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {};
  return { services, urls: urlsOf(ports) };
}

/** kill -9: the supervisor starts it again. */
export const kill = (unit: string, instance?: string) => tell('kill', unit, instance);
/** Ends it cleanly; it stays down. */
export const stop = (unit: string, instance?: string) => tell('stop', unit, instance);
/** Starts it and waits until it is ready. */
export const start = (unit: string, instance?: string) => tell('start', unit, instance);
/** Stops and starts it, and waits until it is ready. */
export const restart = (unit: string, instance?: string) => tell('restart', unit, instance);

async function tell(verb: string, unit: string, name?: string): Promise<void> {
  const supervisor = runningSupervisor(instanceOf(name));
  if (!supervisor) throw new Error('The stack is not running: `npm run stack -- up` starts it.');
  await order(supervisor, verb, unit);
}

const WORTH_A_LOOK = {
  edge: portKey('nginx', 'edge'),
  operations: portKey('nginx', 'operations'),
  outsideWorld: portKey('outside-world', 'http'),
  rabbitmq: portKey('rabbitmq', 'management'),
};

const urlsOf = (ports: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(WORTH_A_LOOK).flatMap(([name, key]) =>
      ports[key] === undefined ? [] : [[name, `http://127.0.0.1:${ports[key]}`]],
    ),
  );

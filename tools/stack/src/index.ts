import { rmSync } from 'node:fs';
import { elapsedReport, type Report } from '@waybill/kit';
import { isAnswering, ask } from './supervision/control.ts';
import { keptPorts } from './choose-ports.ts';
import { readConnections } from './connections.ts';
import { instanceOf, type Instance } from './instance.ts';
import { forgetPlainName } from './plain-name.ts';
import { outsideFolder } from './servers/lent.ts';
import { endLeftovers, isOurs, readState, runningSupervisor } from './supervision/leftovers.ts';
import { restartOneByOne } from './verbs/restart-rolling.ts';
import type { ServiceStatus } from './supervision/supervisor.ts';
import type { Status } from './overview.ts';
import { everyUnit } from './topology.ts';
import { untilGone, up, type UpOptions } from './verbs/up.ts';
import { urlsOf } from './urls.ts';

export { askPort, type CallerTls } from './servers/ask-port.ts';
export { readConnections } from './connections.ts';
export { containerOverview, overviewOfContainers } from './container-overview.ts';
export { derivedFromServices } from './derived.ts';
export { environmentOf } from './environment.ts';
export { CLIENT_REQUESTS_PER_SECOND } from './servers/balanced.ts';
export { cacheDir, DEFAULT_INSTANCE, instanceOf } from './instance.ts';
export { memoryOf } from './supervision/memory.ts';
export { overviewOf, type Overview } from './overview.ts';
export { freePorts } from './ports.ts';
export { printOverview } from './verbs/print-overview.ts';
export { aloneOnTheCache } from './software/cache-lock.ts';
export { javaOfMachine } from './software/java.ts';
export { mavenOfMachine } from './software/maven.ts';
export type { ServiceStatus } from './supervision/supervisor.ts';
export { PROMETHEUS_FLAGS } from './servers/prometheus.ts';
export { queuesOf } from './verbs/queues.ts';
export { topicsOf } from './verbs/topics.ts';
export { factsOf, type ServiceFacts } from './service-facts.ts';
export { portKey, serviceReplicas, topology, withoutObservers, type Part, type Unit } from './topology.ts';
export { rotateCertificates } from './verbs/certificates.ts';
export { rotateSecrets } from './verbs/secrets.ts';
export { signingKeyRotated } from './verbs/rotate-signing-key.ts';
export { up, type UpOptions } from './verbs/up.ts';

/** Ends an instance, in the reverse order of its start. With `purge` its folder goes too. */
export async function down(options: { instance?: string; purge?: boolean; report?: Report } = {}): Promise<void> {
  const instance = instanceOf(options.instance);
  const report = options.report ?? elapsedReport();
  const supervisor = runningSupervisor(instance);
  if (supervisor && (await isAnswering(supervisor))) {
    await ask(supervisor, 'down');
    await untilGone(supervisor);
  } else if (supervisor) report(`the supervisor (process ${supervisor.pid}) does not answer, and is ended with all it started`);
  // What is left even so: after a kill of the supervisor, or of a `dev` whose processes it does not know.
  await endLeftovers(instance, report);
  if (options.purge) forget(instance);
}

/** The servers of the live specs, on free ports. */
export const SPEC_SERVERS = { instance: 'test', only: ['postgres', 'rabbitmq', 'kafka'] } as const;

/**
 * Works while an instance is up, with the path of the file that says where its servers are. One that was up before stays up; one that
 * was started for this is ended, and leaves nothing.
 */
export async function whileUp<T>(
  options: UpOptions & { readonly instance: string },
  work: (connections: string) => Promise<T>,
): Promise<T> {
  const ours = await up(options);
  try {
    return await work(instanceOf(options.instance).paths.connections);
  } finally {
    if (ours) await down({ instance: options.instance, purge: true, ...(options.report && { report: options.report }) });
  }
}

/** Everything that an instance has on this machine: its folder, what lies outside of it, and its second name. */
function forget(instance: Instance): void {
  const outside = outsideFolder(instance, 'postgres');
  if (outside) rmSync(outside, { recursive: true, force: true });
  forgetPlainName(instance);
  rmSync(instance.dir, { recursive: true, force: true });
}

/** Every process and where to look. Of an instance that is down: every part of the topology, stopped or left over. */
export async function status(name?: string): Promise<Status> {
  const instance = instanceOf(name);
  const supervisor = runningSupervisor(instance);
  if (!supervisor) return { services: withoutSupervisor(instance), urls: {} };
  const services = await ask<ServiceStatus[]>(supervisor, 'status', '', AbortSignal.timeout(10_000)).catch(() => {
    throw new Error(
      `The supervisor (process ${supervisor.pid}) does not answer: is it suspended? \`npm run stack -- down\` ends it and all it started.`,
    );
  });
  return { services, urls: urlsOf(keptPorts(instance) ?? {}, services, readConnections(name).tls !== undefined) };
}

/** The process of a unit, for a signal that no verb sends. Throws when there is none. */
export async function pidOf(unit: string, instance?: string): Promise<number> {
  const { services } = await status(instance);
  const pid = services.find(({ name }) => name === unit)?.pid;
  if (!pid) throw new Error(`${unit} does not run.`);
  return pid;
}

/** kill -9: the supervisor starts it again. */
export const kill = (unit: string, instance?: string) => tell('kill', unit, instance);
/** Ends it cleanly; it stays down. */
export const stop = (unit: string, instance?: string) => tell('stop', unit, instance);
/** SIGSTOP, for it and all that it has started: it runs no more, and is not gone. */
export const suspend = (unit: string, instance?: string) => tell('suspend', unit, instance);
/** SIGCONT. */
export const resume = (unit: string, instance?: string) => tell('resume', unit, instance);
/** Starts it and waits until it is ready. */
export const start = (unit: string, instance?: string) => tell('start', unit, instance);
/** Stops and starts it, and waits until it is ready. */
export const restart = (unit: string, instance?: string) => tell('restart', unit, instance);

/** Restarts replicas one after the other, so that a request always finds one. No name means every service. */
export const restartRolling = (names: readonly string[], options: { instance?: string; report?: Report } = {}): Promise<void> =>
  restartOneByOne(names, {
    services: async () => (await status(options.instance)).services,
    restart: (unit) => restart(unit, options.instance),
    report: options.report ?? elapsedReport(),
  });
/** Has it go on with its configuration as it is now, without a stop. */
export const reload = (unit: string, instance?: string) => tell('reload', unit, instance);

/** The supervisor's answer: a sentence that says what became of the unit. */
async function tell(verb: string, unit: string, name?: string): Promise<string> {
  const supervisor = runningSupervisor(instanceOf(name));
  if (!supervisor) throw new Error('The stack is not running: `npm run stack -- up` starts it.');
  return ask<string>(supervisor, verb, unit);
}

/** What the state file names is believed only as far as it is alive and ours. */
function withoutSupervisor(instance: Instance): ServiceStatus[] {
  const processes = readState(instance)?.processes ?? {};
  return everyUnit()
    .filter(({ part }) => part.runs !== 'step')
    .map(({ name }) => {
      const identity = processes[name];
      const left = identity !== undefined && isOurs(instance, identity);
      return {
        name,
        pid: left ? identity.pid : null,
        state: left ? 'left over' : 'stopped',
        ports: {},
        healthy: false,
        restarts: 0,
      };
    });
}

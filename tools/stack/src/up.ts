import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { order } from './control.ts';
import { connectionsOf } from './environment.ts';
import { belongsTo, isAlive, type Identity } from './identity.ts';
import { DEFAULT_INSTANCE, instanceOf, paths, type Instance } from './instance.ts';
import { endGroup } from './managed.ts';
import { freePorts, holderOf, isFree } from './ports.ts';
import { elapsedReport, type Report } from './report.ts';
import { Secrets } from './secrets.ts';
import { portSetting, portsFrom, readSettings } from './settings.ts';
import { prepareSoftware } from './software/software.ts';
import { lastLines } from './step.ts';
import type { StateFile } from './supervisor.ts';
import { defaultPorts, portKey, units } from './topology.ts';

export interface UpOptions {
  readonly instance?: string;
  /** Only these parts of the topology; what they would wait for and is not named is not started. */
  readonly only?: readonly string[];
  readonly report?: Report;
  /** Aborting it ends what was started so far, cleanly. */
  readonly signal?: AbortSignal;
}

/** Brings an instance up and resolves when everything in it is ready. False when it was running already. */
export async function up(options: UpOptions = {}): Promise<boolean> {
  const report = options.report ?? elapsedReport();
  const instance = instanceOf(options.instance);
  if (runningSupervisor(instance)) return false;
  await endLeftovers(instance, report);
  const wanted = units(undefined, options.only);
  makeFolders(instance);
  await prepareSoftware(report);
  options.signal?.throwIfAborted();
  const ports = await choosePorts(
    instance,
    wanted.flatMap(({ name, part }) => Object.keys(part.ports).map((port) => portKey(name, port))),
  );
  const secrets = new Secrets(paths(instance).secrets);
  const connections = connectionsOf({ instance, ports, secrets, settings: {} });
  writeFileSync(paths(instance).connections, JSON.stringify(connections, null, 2), { mode: 0o600 });

  const supervisor = await startSupervisor(instance, options.only);
  const stop = () => void order(supervisor, 'down').catch(() => undefined);
  options.signal?.addEventListener('abort', stop);
  try {
    await follow(supervisor, report);
  } catch (error) {
    await order(supervisor, 'down').catch(() => undefined);
    await untilGone(supervisor);
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
  return true;
}

/** The supervisor of a running instance, or nothing: its state file may be left from before a power cut. */
export function runningSupervisor(instance: Instance): Identity | undefined {
  const state = readState(instance);
  return state && isAlive(state.supervisor) && belongsTo(state.supervisor.pid, instance.dir) ? state.supervisor : undefined;
}

export function readState(instance: Instance): StateFile | undefined {
  const file = paths(instance).state;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StateFile) : undefined;
}

/** Ends processes whose supervisor was killed. After a power cut nothing of the state is alive, and nothing is touched. */
export async function endLeftovers(instance: Instance, report: Report): Promise<void> {
  const state = readState(instance);
  if (!state) return;
  report('the last run did not end by itself: looking for what it left');
  for (const [name, identity] of Object.entries(state.processes)) {
    if (!isAlive(identity) || !belongsTo(identity.pid, instance.dir)) continue;
    report(`ending ${name} (process ${identity.pid}), left over from the last run`);
    await endGroup(identity.pid);
  }
}

export async function untilGone(identity: Identity): Promise<void> {
  while (isAlive(identity)) await delay(20);
}

/** The folder can be passed through, so that PostgreSQL's own user reaches its data; what is secret lies deeper, in 0700. */
function makeFolders(instance: Instance): void {
  const places = paths(instance);
  mkdirSync(places.dir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  for (const dir of [places.logs, places.secrets]) mkdirSync(dir, { recursive: true, mode: 0o700 });
}

/** The default instance has its stated ports; any other keeps the free ones that it found at its first start. */
async function choosePorts(instance: Instance, needed: readonly string[]): Promise<Record<string, number>> {
  const file = paths(instance).ports;
  const settings = readSettings();
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : undefined;
  const defaults = defaultPorts();
  const ports =
    instance.name === DEFAULT_INSTANCE
      ? portsFrom(defaults, settings)
      : (kept ??
        Object.fromEntries(
          (await freePorts(Object.keys(defaults).length)).map((port, index) => [Object.keys(defaults)[index]!, port]),
        ));
  const busy: string[] = [];
  for (const key of needed) {
    if (await isFree(ports[key]!)) continue;
    if (instance.name !== DEFAULT_INSTANCE) ports[key] = (await freePorts(1))[0]!;
    else
      busy.push(
        `Port ${ports[key]} (${key}) is held by ${holderOf(ports[key]!)}. End it, or choose another port: ${portSetting(key)}=... in .env or in front of the command.`,
      );
  }
  if (busy.length > 0) throw new Error(busy.join('\n'));
  writeFileSync(file, JSON.stringify(ports, null, 2));
  return ports;
}

async function startSupervisor(instance: Instance, only: readonly string[] | undefined): Promise<Identity> {
  const logFile = join(paths(instance).logs, 'supervisor.log');
  const log = openSync(logFile, 'a', 0o600);
  const script = join(import.meta.dirname, 'supervise.ts');
  const child = spawn(process.execPath, [script, instance.name, only?.join(',') ?? ''], {
    cwd: instance.dir,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, WAYBILL_STACK: instance.dir },
  });
  closeSync(log);
  child.unref();
  for (;;) {
    const running = runningSupervisor(instance);
    if (running && existsSync(paths(instance).socket)) return running;
    if (child.exitCode !== null) throw new Error(`The supervisor ended at once:\n${lastLines(logFile)}`);
    await delay(20);
  }
}

/** Passes the supervisor's progress on until everything is ready. */
async function follow(supervisor: Identity, report: Report): Promise<void> {
  for (let seen = 0; ;) {
    const { lines, outcome, failure } = await order<{ lines: string[]; outcome: string; failure: string }>(
      supervisor,
      'progress',
      String(seen),
    );
    lines.map((line) => line.replace(/^ *[\d.]+ s {2}/, '')).forEach(report);
    seen += lines.length;
    if (outcome === 'ready') return;
    if (outcome === 'failed') throw new Error(failure);
  }
}

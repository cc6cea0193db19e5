import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { keepTlsFiles, Secrets } from '@waybill/deploy';
import { elapsedReport, type Report } from '@waybill/kit';
import { ask, isAnswering } from '../supervision/control.ts';
import { writeConnections } from '../connections.ts';
import { BREAK_IT, edgeNames, isEncrypted } from '../environment.ts';
import { choosePorts } from '../choose-ports.ts';
import { isAlive, type Identity } from '../supervision/identity.ts';
import { instanceOf, type Instance } from '../instance.ts';
import { endLeftovers, runningSupervisor } from '../supervision/leftovers.ts';
import { readSettings } from '../settings.ts';
import { prepareSoftware } from '../software/software.ts';
import { alone } from '../supervision/starting.ts';
import { lastLines } from '../supervision/step.ts';
import { portKey, units, type Choice } from '../topology.ts';

/** With `only`, what those parts would wait for and is not named is not started. */
export interface UpOptions extends Choice {
  /** The console may break what runs: it is a demo. Left out: as the setting says, which is no. */
  readonly breakIt?: boolean;
  readonly instance?: string;
  readonly report?: Report;
  /** Aborting it ends what was started so far, cleanly. */
  readonly signal?: AbortSignal;
}

/** Brings an instance up and resolves when everything in it is ready. False when it was running already: optional parts join it. */
export async function up(options: UpOptions = {}): Promise<boolean> {
  const report = options.report ?? elapsedReport();
  const instance = instanceOf(options.instance);
  const wanted = units(undefined, options);
  const running = runningSupervisor(instance);
  if (running) {
    for (const name of options.with ?? []) report(await ask<string>(running, 'start', name));
    return false;
  }
  makeFolders(instance);
  return alone(instance, async () => {
    await endLeftovers(instance, report);
    await unlessAborted(prepareSoftware(report), options.signal);
    const needed = wanted.flatMap(({ name, part }) => Object.keys(part.ports).map((port) => portKey(name, port)));
    const ports = await choosePorts(instance, needed);
    const secrets = new Secrets(instance.paths.secrets);
    await makeCertificates(secrets, readSettings());
    writeConnections(instance, ports, secrets);
    options.signal?.throwIfAborted();
    await superviseAndFollow(instance, options, report);
    return true;
  });
}

/** Each start makes new ones: they never expire in a system that somebody starts now and then. */
export async function makeCertificates(secrets: Secrets, settings: Readonly<Record<string, string>>): Promise<void> {
  if (isEncrypted(settings)) await keepTlsFiles(secrets, edgeNames(settings));
}

/** A start that fails, or that somebody breaks off, ends what it has started so far. */
async function superviseAndFollow(instance: Instance, options: UpOptions, report: Report): Promise<void> {
  const supervisor = await startSupervisor(instance, options);
  const stop = () => void ask(supervisor, 'down').catch(() => undefined);
  options.signal?.addEventListener('abort', stop);
  if (options.signal?.aborted) stop();
  try {
    await follow(supervisor, report);
  } catch (error) {
    await ask(supervisor, 'down').catch(() => undefined);
    await untilGone(supervisor);
    throw options.signal?.aborted ? options.signal.reason : error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

/** A download that goes on after an abort does no harm: it ends with this process, and the next start continues it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
    if (signal.aborted) reject(signal.reason as Error);
  });
}

export async function untilGone(identity: Identity): Promise<void> {
  while (isAlive(identity)) await delay(20);
}

/** The folder can be passed through, so that PostgreSQL's own user reaches its data; what is secret lies deeper, in 0700. */
function makeFolders(instance: Instance): void {
  const places = instance.paths;
  mkdirSync(places.dir, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) chmodSync(places.dir, 0o711);
  for (const dir of [places.logs, places.secrets]) mkdirSync(dir, { recursive: true, mode: 0o700 });
}

async function startSupervisor(instance: Instance, { only = [], with: added = [], breakIt }: UpOptions): Promise<Identity> {
  const logFile = join(instance.paths.logs, 'supervisor.log');
  const log = openSync(logFile, 'a', 0o600);
  const script = join(import.meta.dirname, '../supervision/supervise.ts');
  const child = spawn(process.execPath, [script, instance.name, only.join(','), added.join(',')], {
    cwd: instance.dir,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, WAYBILL_STACK: instance.dir, ...(breakIt && { [BREAK_IT]: 'on' }) },
  });
  closeSync(log);
  child.unref();
  for (;;) {
    const running = runningSupervisor(instance);
    // The socket's file is no sign: an ended supervisor may have left it, and a busy machine stops a new one before it listens.
    if (running && (await isAnswering(running))) return running;
    if (child.exitCode !== null) throw new Error(`The supervisor ended at once:\n${lastLines(logFile)}`);
    await delay(20);
  }
}

/** Passes the supervisor's progress on until everything is ready. */
async function follow(supervisor: Identity, report: Report): Promise<void> {
  for (let seen = 0; ;) {
    const { lines, outcome, failure } = await ask<{ lines: string[]; outcome: string; failure: string }>(
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

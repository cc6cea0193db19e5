import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { start, stop } from '../index.ts';
import { running } from '../supervision/running.ts';
import { appEnvironment, STOP_WITHIN_MS } from '../servers/app.ts';
import { debugPorts } from '../service-facts.ts';
import { readSettings } from '../settings.ts';
import { units, type Unit } from '../topology.ts';

/**
 * Puts a process that starts anew at every save in the place of one replica, with its ports, passwords and name, until
 * Ctrl-C; then the replica comes back. The other replica goes on serving meanwhile.
 */
export async function dev(name: string | undefined, instance?: string): Promise<void> {
  const unit = replicaFor(name);
  const { partName } = unit;
  const around = running(instance);
  const environment = {
    ...appEnvironment(unit, { ...around, settings: readSettings() }),
    // With the mark of the instance's folder, `down` finds what a killed `dev` leaves behind.
    WAYBILL_STACK: around.instance.dir,
  };
  const ended = interruption();
  console.log(await stop(unit.name, instance));
  const inspect = debugPorts[partName]!;
  console.log(
    `${unit.name} now runs from apps/${partName}; a debugger attaches to port ${inspect}. Ctrl-C gives the replica back.`,
  );
  const flags = ['--watch', '--watch-preserve-output', '--enable-source-maps', `--inspect=127.0.0.1:${inspect}`];
  const source = unit.part.script!.replace('/dist/', '/src/').replace(/js$/, 'ts');
  const service = run([...flags, '--import', join(import.meta.dirname, 'from-sources.ts'), source], environment);
  await Promise.race([ended, gone(service)]);
  await end(service);
  console.log(`\n${await start(unit.name, instance)}`);
}

/** The last replica of a service, so that the first goes on; or the one that is named. */
export function replicaFor(name: string | undefined): Unit {
  const apps = units().filter(({ part }) => part.runs === 'app');
  const found = apps.findLast((unit) => unit.name === name || unit.partName === name);
  if (found) return found;
  const names = [...new Set(apps.map(({ partName }) => partName))].join(', ');
  throw new Error(`${name === undefined ? 'Which service?' : `There is no service ${name}.`} Choose from ${names}.`);
}

/** The replica leads its own group: Ctrl-C in the terminal reaches this process alone, which then ends the replica in order. */
const run = (args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, args, { cwd: projectRoot, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });

const gone = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** SIGTERM to the whole group: the service drains, and its watcher ends with it. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, name);
    } catch {
      // The whole group has ended.
    }
  };
  signal('SIGTERM');
  const killer = setTimeout(() => signal('SIGKILL'), STOP_WITHIN_MS);
  await gone(child);
  clearTimeout(killer);
  signal('SIGKILL');
}

const interruption = () =>
  new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, type Identity } from './identity.ts';
import { Managed, type Crash } from './managed.ts';
import { prepareBy } from '../verbs/prepare.ts';
import type { Surroundings } from '../servers/server.ts';
import { lastLines, runStep } from './step.ts';
import { everyUnit, type Unit } from '../topology.ts';

/** What is kept on disk while the stack runs, so that a later start recognises what a power cut or a kill left. */
export interface StateFile {
  readonly supervisor: Identity;
  /** Each with the signal that ends it cleanly: a later `down` sends it when the supervisor is gone. */
  readonly processes: Readonly<Record<string, Identity & { readonly stopSignal: NodeJS.Signals }>>;
}

export interface ServiceStatus {
  readonly name: string;
  readonly pid: number | null;
  readonly state: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly healthy: boolean;
  readonly restarts: number;
  /** How it last ended by itself. */
  readonly lastCrash?: Crash;
}

/** Starts the units in the order of their `after`, keeps them running, and ends them in reverse. */
export class Supervisor {
  private readonly units: Unit[];
  private readonly around: Surroundings;
  private readonly managed = new Map<string, Managed>();
  private readonly steps = new AbortController();
  private readonly self = identify(process.pid)!;

  constructor(units: readonly Unit[], around: Surroundings) {
    this.units = [...units];
    this.around = around;
    mkdirSync(around.instance.paths.logs, { recursive: true, mode: 0o700 });
    this.writeState();
  }

  /** Resolves when everything is ready. Parts that wait for none start at once, side by side. */
  async startAll(): Promise<void> {
    const started = new Map<string, Promise<void>>();
    const start = (unit: Unit): Promise<void> => {
      const running = started.get(unit.name) ?? Promise.all(this.before(unit).map(start)).then(() => this.startUnit(unit));
      started.set(unit.name, running);
      return running;
    };
    await Promise.all(this.units.map(start));
  }

  /** Ends everything, what came last first. */
  async stopAll(): Promise<void> {
    this.steps.abort();
    const stopped = new Map<string, Promise<unknown>>();
    const stop = (unit: Unit): Promise<unknown> => {
      const dependents = this.units.filter((other) => this.before(other).includes(unit));
      const running = stopped.get(unit.name) ?? Promise.all(dependents.map(stop)).then(() => this.managed.get(unit.name)?.stop());
      stopped.set(unit.name, running);
      return running;
    };
    await Promise.all(this.units.map(stop));
  }

  /** Each answers with a sentence that says what became of it. */
  start = async (name: string): Promise<string> => {
    const added = this.managed.has(name) ? undefined : everyUnit().find((unit) => unit.name === name && unit.part.profile);
    if (!added) return this.named(name).start();
    // A part of a profile joins when it is asked for.
    if (!this.units.some((unit) => unit.name === name)) this.units.push(added);
    await this.startUnit(added);
    return `${name} is ready.`;
  };
  stop = async (name: string): Promise<string> => this.named(name).stop();
  kill = async (name: string): Promise<string> => this.named(name).kill();
  suspend = async (name: string): Promise<string> => this.named(name).suspend();
  resume = async (name: string): Promise<string> => this.named(name).resume();
  reload = async (name: string): Promise<string> => this.named(name).reload();

  async restart(name: string): Promise<string> {
    const process = this.named(name);
    await process.stop();
    return process.start();
  }

  status(): Promise<ServiceStatus[]> {
    return Promise.all(
      this.units
        .filter(({ part }) => part.runs !== 'step')
        .map(async ({ name, part }) => {
          const process = this.managed.get(name);
          const ports = Object.fromEntries(Object.keys(part.ports).map((port) => [port, this.around.ports[`${name}.${port}`]!]));
          return {
            name,
            pid: process?.identity?.pid ?? null,
            state: process?.isSuspended ? 'suspended' : (process?.state ?? 'waiting'),
            ports,
            healthy: (await process?.isHealthy()) ?? false,
            restarts: process?.restarts ?? 0,
            ...(process?.lastCrash ? { lastCrash: process.lastCrash } : {}),
          };
        }),
    );
  }

  /** The units of this start that have to be ready before this one. Parts that were not asked for do not hold it up. */
  private before(unit: Unit): Unit[] {
    return this.units.filter(({ partName }) => unit.part.after.includes(partName));
  }

  private async startUnit(unit: Unit): Promise<void> {
    const { instance, report } = this.around;
    const began = performance.now();
    const logFile = join(instance.paths.logs, `${unit.name}.log`);
    const launch = await prepareBy[unit.part.runs](unit, this.around);
    if (this.steps.signal.aborted) throw new Error('The start was broken off.');
    if (unit.part.runs === 'step') {
      await runStep(unit.name, launch, { logFile, stackDir: instance.dir, signal: this.steps.signal });
    } else {
      const changed = () => this.writeState();
      const process = new Managed(unit.name, launch, { logFile, stackDir: instance.dir, changed, report });
      this.managed.set(unit.name, process);
      await process.start().catch((error: Error) => {
        throw new Error(`${error.message} The end of ${logFile}:\n${lastLines(logFile)}`);
      });
      await launch.afterReady?.();
    }
    report(`${unit.name} ${unit.part.runs === 'step' ? 'done' : 'ready'} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  }

  private named(name: string): Managed {
    const found = this.managed.get(name);
    if (found) return found;
    throw new Error(`There is no ${name} here: choose from ${[...this.managed.keys()].join(', ')}.`);
  }

  /** Written beside and renamed, at every change. */
  private writeState(): void {
    const processes = Object.fromEntries(
      [...this.managed.values()].flatMap(({ name, identity, launch }) =>
        identity ? [[name, { ...identity, stopSignal: launch.stopSignal ?? 'SIGTERM' }]] : [],
      ),
    );
    const state: StateFile = { supervisor: this.self, processes };
    const file = this.around.instance.paths.state;
    writeFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, STEADY_MS } from './backoff.ts';
import { groupMembers, identify, type Identity } from './identity.ts';
import type { Launch } from './servers/server.ts';

export type State = 'waiting' | 'starting' | 'ready' | 'stopping' | 'stopped' | 'restarting';

const PROBE_EVERY_MS = 50;
const LOG_LIMIT_BYTES = 50_000_000;

/** One process under supervision: wanted up, it comes back when it ends; wanted down, it stays down. */
export class Managed {
  readonly name: string;
  readonly logFile: string;
  state: State = 'waiting';
  identity: Identity | undefined;
  restarts = 0;
  private readonly launch: Launch;
  private readonly stackDir: string;
  private readonly changed: () => void;
  private child: ChildProcess | undefined;
  private wantedUp = false;
  private crashes = 0;
  /** Settles when the current process and everything of its group are gone. */
  private gone: Promise<void> = Promise.resolve();

  constructor(name: string, launch: Launch, options: { logFile: string; stackDir: string; changed: () => void }) {
    this.name = name;
    this.launch = launch;
    this.logFile = options.logFile;
    this.stackDir = options.stackDir;
    this.changed = options.changed;
  }

  /** Starts it and waits until its probe succeeds. Does nothing when it is wanted up already. */
  async start(): Promise<void> {
    if (this.wantedUp) return;
    this.wantedUp = true;
    this.crashes = 0;
    await this.gone;
    this.spawn();
    await this.untilReady();
  }

  /** Asks it to end, and kills it when it takes too long. It stays down. */
  async stop(): Promise<void> {
    this.wantedUp = false;
    if (!this.child) {
      this.become('stopped');
      return;
    }
    this.become('stopping');
    this.child.kill(this.launch.stopSignal ?? 'SIGTERM');
    const killer = setTimeout(() => this.child?.kill('SIGKILL'), this.launch.stopWithinMs);
    await this.gone;
    clearTimeout(killer);
    this.become('stopped');
  }

  /** kill -9. It comes back by itself, because it is still wanted up. */
  kill(): void {
    this.child?.kill('SIGKILL');
  }

  async isHealthy(): Promise<boolean> {
    return this.child !== undefined && (await this.launch.isReady());
  }

  private spawn(): void {
    const log = this.openLog();
    const { file, args, env, cwd, uid, gid } = this.launch;
    const child = spawn(file, args, {
      cwd,
      env: { ...env, WAYBILL_STACK: this.stackDir },
      // A session and group of its own: Ctrl-C in the terminal does not reach it, and all its children can be ended with it.
      detached: true,
      stdio: ['ignore', log, log],
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    closeSync(log);
    this.child = child;
    this.identity = child.pid === undefined ? undefined : identify(child.pid);
    this.become('starting');
    const startedAt = performance.now();
    this.gone = new Promise((resolve) => {
      const ended = () => void this.ended(child, startedAt).then(resolve);
      child.once('exit', ended);
      child.once('error', ended);
    });
  }

  /** Ends what is left of the group, and starts again after a while if it is still wanted. */
  private async ended(child: ChildProcess, startedAt: number): Promise<void> {
    if (child.pid !== undefined) await endGroup(child.pid);
    this.child = undefined;
    this.identity = undefined;
    if (!this.wantedUp) return;
    this.crashes = performance.now() - startedAt > STEADY_MS ? 1 : this.crashes + 1;
    this.restarts += 1;
    this.become('restarting');
    setTimeout(() => this.again(), backoffMs(this.crashes));
  }

  private again(): void {
    if (!this.wantedUp || this.child) return;
    this.spawn();
    this.untilReady().catch(() => undefined);
  }

  private async untilReady(): Promise<void> {
    const deadline = performance.now() + this.launch.readyWithinMs;
    while (this.wantedUp) {
      if (this.child && (await this.launch.isReady())) {
        if (this.child) this.become('ready');
        return;
      }
      if (this.crashes >= 3) throw new Error(`${this.name} ended ${this.crashes} times while starting.`);
      if (performance.now() > deadline)
        throw new Error(`${this.name} was not ready after ${this.launch.readyWithinMs / 1000} s.`);
      await delay(PROBE_EVERY_MS);
    }
    throw new Error(`${this.name} was stopped while it was starting.`);
  }

  private become(state: State): void {
    this.state = state;
    this.changed();
  }

  /** Appends; what has grown too long is set aside once, at a start. */
  private openLog(): number {
    if (existsSync(this.logFile) && statSync(this.logFile).size > LOG_LIMIT_BYTES) renameSync(this.logFile, `${this.logFile}.1`);
    return openSync(this.logFile, 'a', 0o600);
  }
}

/** Kills what is left in a process group and waits until it is gone. A group's number is not given away while it has members. */
export async function endGroup(group: number): Promise<void> {
  for (let members = groupMembers(group); members.length > 0; members = groupMembers(group)) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      return;
    }
    await delay(20);
  }
}

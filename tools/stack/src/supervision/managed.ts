import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '@waybill/kit';
import { CRASH_LOOP, startsAgainAfterMs, STEADY_MS } from './backoff.ts';
import { groupMembers, identify, isSuspended, type Identity } from './identity.ts';
import { endOf, lastErrorIn } from './last-error.ts';
import { treeOf } from './process-tree.ts';
import type { Launch } from '../servers/server.ts';

export type State = 'waiting' | 'starting' | 'ready' | 'stopping' | 'stopped' | 'restarting' | 'crash-looping';

/** How a process ended that should have gone on, or that was asked to end and did not end cleanly. */
export interface Crash {
  readonly at: string;
  /** `code 1` or `SIGSEGV`; `SIGKILL` also of one that took too long to stop. */
  readonly how: string;
  /** The line of its log that most likely says why. */
  readonly error: string;
}

const PROBE_EVERY_MS = 50;
const LOG_LIMIT_BYTES = 50_000_000;

/** One process under supervision: wanted up, it comes back whenever it ends; wanted down, it stays down. */
export class Managed {
  readonly name: string;
  readonly launch: Launch;
  readonly logFile: string;
  state: State = 'waiting';
  identity: Identity | undefined;
  restarts = 0;
  lastCrash: Crash | undefined;
  private readonly stackDir: string;
  private readonly changed: () => void;
  private readonly report: Report;
  private child: ChildProcess | undefined;
  private wantedUp = false;
  private killed = false;
  private crashes = 0;
  /** How long the log was when the current process began to write. */
  private logBefore = 0;
  private hopeless = false;
  private nextStart: NodeJS.Timeout | undefined;
  /** Settles when the current process and everything of its group are gone. */
  private gone: Promise<void> = Promise.resolve();
  private readonly waiting = new Set<() => void>();

  constructor(name: string, launch: Launch, options: { logFile: string; stackDir: string; changed: () => void; report: Report }) {
    this.name = name;
    this.launch = launch;
    this.logFile = options.logFile;
    this.stackDir = options.stackDir;
    this.changed = options.changed;
    this.report = options.report;
  }

  /** Starts it and waits until its probe succeeds. What waits for its next start after crashes is started at once. */
  async start(): Promise<string> {
    if (this.state === 'stopping') await this.gone;
    if (this.state === 'ready') return `${this.name} is running already (process ${this.child?.pid}).`;
    if (!this.child) {
      this.wantedUp = true;
      this.crashes = 0;
      clearTimeout(this.nextStart);
      this.spawn();
    }
    await this.untilReady();
    return `${this.name} is ready (process ${this.child?.pid}).`;
  }

  /** Asks it to end, and kills it when it takes too long. It stays down. A stop that was not clean counts as a crash. */
  async stop(): Promise<string> {
    const before = this.state;
    const crash = this.lastCrash;
    this.wantedUp = false;
    clearTimeout(this.nextStart);
    if (this.child) {
      this.become('stopping');
      this.child.kill(this.launch.stopSignal ?? 'SIGTERM');
      // What somebody suspended hears it only when it goes on.
      this.goOn();
      const killer = setTimeout(() => this.child?.kill('SIGKILL'), this.launch.stopWithinMs);
      await this.gone;
      clearTimeout(killer);
    }
    this.become('stopped');
    if (before === 'stopped') return `${this.name} was stopped already.`;
    if (before === 'crash-looping' || before === 'restarting') return `${this.name} had crashed, and is not started again.`;
    if (this.lastCrash !== crash) return `${this.name} is stopped, but not cleanly: it ${sentenceOf(this.lastCrash!)}`;
    return `${this.name} is stopped.`;
  }

  /** kill -9. It comes back by itself, because it is still wanted up. */
  kill(): string {
    const pid = this.child?.pid;
    if (pid === undefined) {
      if (this.wantedUp) return `${this.name} is down at this moment, and comes back by itself.`;
      throw new Error(`${this.name} is not running: \`npm run stack -- start ${this.name}\` starts it.`);
    }
    this.killed = true;
    // Backends of PostgreSQL that are suspended would not see that it is gone, and no other could start beside them.
    this.goOn();
    this.child?.kill('SIGKILL');
    return `${this.name} (process ${pid}) was killed, and comes back by itself.`;
  }

  /** SIGSTOP, for it and all that it has started: it keeps what it holds, and answers nobody. Nothing ends it for that. */
  suspend(): string {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error(`${this.name} is not running: \`npm run stack -- start ${this.name}\` starts it.`);
    if (isSuspended(pid)) return `${this.name} is suspended already (process ${pid}).`;
    // Itself first: what it starts meanwhile would be left out.
    send(pid, 'SIGSTOP');
    for (const member of treeOf(pid)) send(member, 'SIGSTOP');
    return `${this.name} (process ${pid}) is suspended, and answers nobody until it is resumed.`;
  }

  /** SIGCONT: it goes on where it was. */
  resume(): string {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error(`${this.name} is not running: \`npm run stack -- start ${this.name}\` starts it.`);
    if (!this.isSuspended) return `${this.name} was not suspended.`;
    this.goOn();
    return `${this.name} (process ${pid}) goes on.`;
  }

  get isSuspended(): boolean {
    const pid = this.child?.pid;
    return pid !== undefined && isSuspended(pid);
  }

  /** Has it read its configuration anew without a stop. One that cannot be read changes nothing. */
  async reload(): Promise<string> {
    const { reload } = this.launch;
    if (!reload) throw new Error(`${this.name} cannot read its configuration anew: \`npm run stack -- restart ${this.name}\`.`);
    const child = this.child;
    if (this.state !== 'ready' || !child)
      throw new Error(`${this.name} is not running: it reads its configuration when it starts.`);
    child.kill(await reload());
    return `${this.name} (process ${child.pid}) goes on with its configuration as it is now.`;
  }

  async isHealthy(): Promise<boolean> {
    return this.child !== undefined && !this.isSuspended && (await this.launch.isReady());
  }

  /** Whatever it looks like itself: a SIGSTOP that was sent just now may not have reached it, and has reached what it started. */
  private goOn(): void {
    const pid = this.child?.pid;
    if (pid !== undefined) for (const member of treeOf(pid)) send(member, 'SIGCONT');
  }

  private spawn(): void {
    const log = this.openLog();
    this.logBefore = statSync(this.logFile).size;
    const { file, args, env, cwd, uid, gid } = this.launch;
    this.launch.beforeStart?.();
    const child = spawn(file, args, {
      cwd,
      env: { ...env, WAYBILL_STACK: this.stackDir },
      // It leads its session and group: Ctrl-C in the terminal does not reach it, and the group ends its children with it.
      detached: true,
      stdio: ['ignore', log, log],
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    closeSync(log);
    this.child = child;
    this.killed = false;
    this.identity = child.pid === undefined ? undefined : identify(child.pid);
    // In a crash loop every start is one more try, until it is ready.
    this.become(this.crashes >= CRASH_LOOP ? 'crash-looping' : 'starting');
    const startedAt = performance.now();
    this.gone = new Promise((resolve) => {
      const ended = (how: string) => void this.ended(child, how, startedAt).then(resolve);
      child.once('exit', (code, signal) => ended(signal ?? `code ${code}`));
      child.once('error', (error) => ended(error.message));
    });
    void this.probe(child);
  }

  /** Asks this process until it is ready, however long that takes. */
  private async probe(child: ChildProcess): Promise<void> {
    while (this.child === child) {
      const ready = await this.launch.isReady();
      if (ready && this.child === child && this.wantedUp) {
        if (this.restarts > 0) this.report(`${this.name} is ready again (process ${child.pid})`);
        return this.become('ready');
      }
      await delay(PROBE_EVERY_MS);
    }
  }

  /** Ends what is left of the group, and starts again after a while if it is still wanted. */
  private async ended(child: ChildProcess, how: string, startedAt: number): Promise<void> {
    if (child.pid !== undefined) await endGroup(child.pid);
    this.child = undefined;
    this.identity = undefined;
    if (!this.wantedUp) return this.stopped(how);
    this.restarts += 1;
    const recovered = this.killed || performance.now() - startedAt > STEADY_MS;
    const hopeless = this.killed ? undefined : this.launch.hopeless?.(endOf(this.logFile, this.logBefore));
    this.crashes = this.killed ? 0 : recovered ? 1 : this.crashes + 1;
    this.hopeless = hopeless !== undefined;
    // It is tried again all the same, as every crash loop: somebody may mend the file. Nobody waits for it, though.
    if (hopeless) this.crashes = Math.max(this.crashes, CRASH_LOOP);
    if (!this.killed) this.lastCrash = { ...this.crash(how), ...(hopeless && { error: hopeless }) };
    const waitMs = startsAgainAfterMs(this.crashes);
    this.become(this.crashes >= CRASH_LOOP ? 'crash-looping' : 'restarting');
    const why = this.killed ? 'was killed on request' : `ended with ${how} (${this.crashes} in a row): ${this.lastCrash?.error}`;
    this.report(`${this.name} ${why}; its next start is in ${waitMs / 1000} s`);
    this.nextStart = setTimeout(() => this.spawn(), waitMs);
  }

  /** What has been killed on request meanwhile need not end cleanly. */
  private stopped(how: string): void {
    if (this.killed || endsCleanly(how, this.launch.stopSignal ?? 'SIGTERM')) return;
    this.lastCrash = this.crash(how);
    this.report(`${this.name} did not stop cleanly: it ${sentenceOf(this.lastCrash)}`);
  }

  private crash(how: string): Crash {
    return { at: new Date().toISOString(), how, error: lastErrorIn(this.logFile) };
  }

  /** Resolves when it is ready. A crash loop, a stop and too long a time are errors; the process itself goes on being tried. */
  private untilReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { readyWithinMs } = this.launch;
      const settle = (error?: Error) => {
        clearTimeout(limit);
        this.waiting.delete(look);
        if (error) reject(error);
        else resolve();
      };
      const limit = setTimeout(
        () => settle(new Error(`${this.name} was not ready after ${readyWithinMs / 1000} s.`)),
        readyWithinMs,
      );
      const look = () => {
        if (this.state === 'ready') settle();
        if (this.state === 'crash-looping') {
          const { how, error } = this.lastCrash!;
          const ended = this.hopeless ? 'cannot start: it ended' : `ended ${this.crashes} times while starting, at last`;
          settle(new Error(`${this.name} ${ended} with ${how}: ${error}`));
        }
        if (this.state === 'stopping' || this.state === 'stopped')
          settle(new Error(`${this.name} was stopped while it was starting.`));
      };
      this.waiting.add(look);
      look();
    });
  }

  private become(state: State): void {
    this.state = state;
    this.changed();
    for (const look of [...this.waiting]) look();
  }

  /** Appends; what has grown too long is set aside once, at a start. */
  private openLog(): number {
    if (existsSync(this.logFile) && statSync(this.logFile).size > LOG_LIMIT_BYTES) renameSync(this.logFile, `${this.logFile}.1`);
    return openSync(this.logFile, 'a', 0o600);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in this very moment.
  }
}

const sentenceOf = ({ how, error }: Crash) => `ended with ${how}: ${error}`;

/** With success, or by the very signal that asked for it, which a runtime may put into its code: 143 is SIGTERM. */
const endsCleanly = (how: string, asked: NodeJS.Signals): boolean =>
  ['code 0', asked, `code ${128 + constants.signals[asked]}`].includes(how);

/** Kills what is left in a process group and waits until it is gone. A group's number is not given away while it has members. */
async function endGroup(group: number): Promise<void> {
  for (let members = groupMembers(group); members.length > 0; members = groupMembers(group)) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      return;
    }
    await delay(20);
  }
}

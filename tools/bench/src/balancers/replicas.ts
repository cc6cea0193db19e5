import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const REPLICA = fileURLToPath(new URL('replica.ts', import.meta.url));

/** Two replicas, where the balancers look for those of the service "order". */
export class Replicas {
  readonly #running = new Map<number, ChildProcess>();
  readonly #ports: readonly number[];
  readonly #file: string;

  constructor(ports: readonly number[], file: string) {
    this.#ports = ports;
    this.#file = file;
    this.forget();
  }

  async startAll(): Promise<void> {
    await Promise.all(this.#ports.map((_, index) => this.start(index)));
  }

  async start(index: number): Promise<void> {
    if (this.#running.has(index)) return;
    const child = fork(REPLICA, [String(this.#ports[index]), this.#file]);
    this.#running.set(index, child);
    await once(child, 'message');
  }

  async end(index: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#running.get(index);
    if (!child) return;
    this.#running.delete(index);
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  suspend(index: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#running.get(index)!.kill(signal);
  }

  async endAll(): Promise<void> {
    await Promise.all(this.#ports.map((_, index) => this.end(index, 'SIGKILL')));
    rmSync(this.#file, { force: true });
  }

  forget(): void {
    writeFileSync(this.#file, '');
  }

  /** How many POSTs were handled more than once, by either of them. */
  handledTwice(): number {
    const ids = readFileSync(this.#file, 'utf8').split('\n').filter(Boolean);
    return ids.length - new Set(ids).size;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES } from '@waybill/contracts';
import type { Tuning } from '@waybill/messaging';
import { projectRoot } from '@waybill/kit';
import { askPort, freePorts, start, stop } from '@waybill/stack';
import { until } from '../layers/layer.ts';
import { pidsNow, type Servers } from './servers.ts';

interface Replica {
  readonly name: string;
  readonly port: number;
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

interface More {
  readonly ofEach?: number | undefined;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Puts processes with other values of `Tuning` in the place of all replicas: started as the supervisor started those, on the same
 * ports. `restore` gives the replicas back.
 */
export class Retuned {
  readonly #replicas: readonly Replica[];
  readonly #servers: Servers;
  /** Undefined: the supervisor's own run. */
  #running: ChildProcess[] | undefined;

  constructor(servers: Servers) {
    this.#servers = servers;
    this.#replicas = Object.entries(servers.pids)
      .filter(([name]) => SERVICES.some((service) => name.startsWith(`${service}-`)))
      .map(([name, pid]) => ({ name, port: servers.ports[name]!['http']!, ...startedAs(pid) }));
  }

  /**
   * Ends the replicas, whichever they are, and starts them with these values: as many of each service as before, or more. The edge
   * knows those of before alone; the others take messages and relay. `environment` has settings that are others than before; one that
   * is undefined there is left out. Answers with the servers as they are then.
   */
  async start(tuning: Partial<Tuning>, { ofEach, environment = {} }: More = {}): Promise<Servers> {
    await this.pause();
    const replicas = [...this.#replicas, ...(ofEach === undefined ? [] : await this.#more(ofEach))];
    this.#running = replicas.map((replica) => this.#startOne(replica, tuning, environment));
    await until('every replica is ready', async () =>
      (await Promise.all(replicas.map(({ port }) => this.#isReady(port)))).every(Boolean),
    );
    const pids = Object.fromEntries(replicas.map(({ name }, index) => [name, this.#running![index]!.pid!]));
    const ports = Object.fromEntries(replicas.map(({ name, port }) => [name, { http: port }]));
    const { ports: before, pids: others } = this.#servers;
    return { ...this.#servers, pids: { ...others, ...pids }, ports: { ...before, ...ports } };
  }

  /** Ends the replicas until the next start. */
  async pause(): Promise<void> {
    if (this.#running === undefined) await Promise.all(this.#replicas.map(({ name }) => stop(name, this.#servers.instance)));
    else await Promise.all(this.#running.map(ended));
    this.#running = [];
  }

  /** The servers with the replicas of the supervisor again. */
  async restore(): Promise<Servers> {
    await this.pause();
    const { instance } = this.#servers;
    await Promise.all(this.#replicas.map(({ name }) => start(name, instance)));
    return { ...this.#servers, pids: await pidsNow(instance) };
  }

  #isReady(port: number): Promise<boolean> {
    return askPort(this.#servers.connections.tls, port, '/health/ready').then(
      ({ ok }) => ok,
      () => false,
    );
  }

  #startOne({ name, file, args, environment }: Replica, tuning: Partial<Tuning>, more: NodeJS.ProcessEnv): ChildProcess {
    const log = openSync(join(this.#servers.folder, 'logs', `${name}.log`), 'a', 0o600);
    const env = { ...environment, ...more, TUNING: JSON.stringify(tuning) };
    const child = spawn(file, args, { cwd: projectRoot, env, stdio: ['ignore', log, log] });
    closeSync(log);
    return child;
  }

  /** Copies of the first replica of each service, each with a name and a port of its own. */
  async #more(ofEach: number): Promise<Replica[]> {
    const wanted = SERVICES.flatMap((service) => {
      const mine = this.#replicas.filter(({ name }) => name.startsWith(`${service}-`));
      return Array.from({ length: ofEach - mine.length }, (_, n) => ({
        of: mine[0]!,
        name: `${service}-${mine.length + n + 1}`,
      }));
    });
    const ports = await freePorts(wanted.length);
    return wanted.map(({ of, name }, index) => {
      const port = ports[index]!;
      return { ...of, name, port, environment: { ...of.environment, REPLICA: name, HTTP_PORT: String(port) } };
    });
  }
}

/** Linux tells what a process was started with. */
function startedAs(pid: number): Pick<Replica, 'file' | 'args' | 'environment'> {
  const words = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').slice(0, -1);
  const [, ...args] = words('cmdline');
  const environment = Object.fromEntries(
    words('environ').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return { file: process.execPath, args, environment };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

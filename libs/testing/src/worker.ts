import { fork, type ChildProcess } from 'node:child_process';

/** A separate process that a test may kill. `said` collects what it sends by `process.send`. */
export interface Worker {
  readonly said: readonly unknown[];
  readonly ended: Promise<void>;
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
  tell(message: object): void;
}

/**
 * Starts `program` (a module) under this Node, and waits until it says `ready` or is killed: a program that kills itself at
 * its first message may be gone before it can say so. When it ends by itself before that, the error has what it printed to
 * stderr.
 */
export async function startWorker(program: string, options: object): Promise<Worker> {
  const child: ChildProcess = fork(program, [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const said: unknown[] = [];
  let printed = '';
  child.stderr!.on('data', (data: Buffer) => (printed += data.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const readyOrKilled = new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      said.push(message);
      if (message === 'ready') resolve();
    });
    child.once('exit', (code, signal) => {
      if (signal) resolve();
      else reject(new Error(`The worker ended with code ${code} before it was ready: ${printed}`));
    });
  });
  child.send(options);
  await readyOrKilled;
  return {
    said,
    ended,
    signal: (signal) => void child.kill(signal),
    tell: (message) => void child.send(message, () => {}),
  };
}

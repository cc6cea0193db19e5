import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface RunOptions {
  readonly cwd?: string | undefined;
  /** In place of the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

export interface EndOptions extends RunOptions {
  /** The command is ended when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** A command that takes longer has hung, and is ended. */
  readonly withinMs?: number;
  /** How a command is ended. Left out: by SIGTERM, after which it may take as long as it needs. */
  readonly end?: (child: ChildProcess) => void;
  /** The command leads its own group: Ctrl-C in the terminal reaches this process alone. */
  readonly detached?: boolean;
  /** Its output is shown, and not kept. */
  readonly shown?: boolean;
  /** Called with each line of its output, as the command writes it. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface Ended {
  /** 1 for a command that a signal has ended. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly output: string;
  readonly seconds: number;
}

/** Runs a command until it ends, however it ends. Throws only when it cannot be started, or when the signal has aborted already. */
export async function runToEnd(file: string, args: readonly string[], options: EndOptions = {}): Promise<Ended> {
  const { signal, withinMs, end = (child) => child.kill('SIGTERM'), shown = false, onLine, ...how } = options;
  signal?.throwIfAborted();
  const started = performance.now();
  const written = shown ? 'inherit' : 'pipe';
  const child = spawn(file, args, { ...how, stdio: ['ignore', written, written] });
  const kept = { stdout: '', stderr: '', output: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name]?.setEncoding('utf8').on('data', (text: string) => {
      kept[name] += text;
      kept.output += text;
    });
    if (stream && onLine) createInterface({ input: stream }).on('line', onLine);
  }
  const endIt = () => end(child);
  signal?.addEventListener('abort', endIt);
  const limit = withinMs === undefined ? undefined : setTimeout(endIt, withinMs);
  try {
    const [code, killed] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code: code ?? 1, signal: killed, ...kept, seconds: (performance.now() - started) / 1000 };
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener('abort', endIt);
  }
}

/**
 * Runs a command to its end and gives its output; a failure names the command, its exit code and its last lines. `withErrors`
 * gives what the command wrote to stderr as well, after the rest.
 */
export async function run(
  file: string,
  args: readonly string[],
  { withErrors = false, ...options }: RunOptions & { readonly withErrors?: boolean } = {},
): Promise<string> {
  const { code, signal, stdout, stderr } = await runToEnd(file, args, options).catch((error: Error) => {
    throw new Error(`${file} could not be started: ${error.message}`);
  });
  if (code === 0) return withErrors ? stdout + stderr : stdout;
  const tail = (stderr || stdout).trim().split('\n').slice(-8).join('\n');
  throw new Error(`${[file, ...args].join(' ')} ended with ${signal ?? `code ${code}`}:\n${tail}`);
}

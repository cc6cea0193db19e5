import { spawn } from 'node:child_process';
import { projectRoot } from '@waybill/kit';

export interface Run {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Keep the output instead of showing it. */
  readonly quiet?: boolean;
  /** When it aborts, the program gets SIGTERM and as long as it needs to end cleanly. */
  readonly signal: AbortSignal;
  /** A program that takes longer has hung: it gets SIGTERM, and SIGKILL when that does not end it. */
  readonly withinMinutes: number;
}

/** Between asking a program that has hung to end, and ending it. */
const END_WITHIN_MS = 60_000;

export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** Runs a script under this same Node until it ends. */
export function runNode(args: readonly string[], run: Run): Promise<Ended> {
  run.signal.throwIfAborted();
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: run.cwd ?? projectRoot,
    env: { ...process.env, ...run.env },
    stdio: run.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const end = () => child.kill('SIGTERM');
  run.signal.addEventListener('abort', end);
  const limitMs = run.withinMinutes * 60_000;
  const limit = setTimeout(() => {
    console.error(`${args.join(' ')} has not ended within ${run.withinMinutes} minutes: it is ended.`);
    end();
  }, limitMs);
  const lastLimit = setTimeout(() => child.kill('SIGKILL'), limitMs + END_WITHIN_MS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      clearTimeout(lastLimit);
      run.signal.removeEventListener('abort', end);
      resolve({ code: code ?? 1, output, seconds: (performance.now() - started) / 1000 });
    });
  });
}

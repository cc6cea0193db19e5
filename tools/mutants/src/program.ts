import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end, its output kept. What takes longer than `withinMs` is ended with all of its children. */
export function run(
  file: string,
  args: readonly string[],
  { cwd, env = {}, withinMs, signal }: { cwd: string; env?: NodeJS.ProcessEnv; withinMs: number; signal: AbortSignal },
): Promise<Ended> {
  signal.throwIfAborted();
  // It leads a group, so that the workers that a spec has started end with it.
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const end = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  signal.addEventListener('abort', end);
  const limit = setTimeout(end, withinMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      signal.removeEventListener('abort', end);
      resolve({ code: code ?? 1, output });
    });
  });
}

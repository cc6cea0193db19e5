import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { projectRoot } from '@waybill/kit';

export interface Call {
  /** The folder to run in, when it is not this project's. */
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Aborting it ends docker with SIGTERM; the call returns when it has ended. */
  readonly signal?: AbortSignal;
  /** Called with each line that docker says, as it says it. */
  readonly progress?: (line: string) => void;
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs docker until it ends; what it printed is kept. */
export function tryDocker(
  args: readonly string[],
  { cwd = projectRoot, environment, signal, progress }: Call = {},
): Promise<Ended> {
  signal?.throwIfAborted();
  return new Promise((resolve) => {
    // docker leads its own group: Ctrl-C reaches this process alone, which then decides what to tell docker.
    const child = spawn('docker', args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    const end = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', end);
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    // A build tells its steps on the one, `up` its containers on the other.
    if (progress)
      for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => progress(line.trim()));
    child.once('error', ({ message }) => resolve({ code: 127, out, err: message }));
    child.once('close', (code) => {
      signal?.removeEventListener('abort', end);
      resolve({ code: code ?? 1, out, err });
    });
  });
}

/** What docker printed, without the last line's end. Throws with the end of its complaint. */
export async function docker(args: readonly string[], call: Call = {}): Promise<string> {
  const { code, out, err } = await tryDocker(args, call);
  call.signal?.throwIfAborted();
  if (code === 0) return out.trimEnd();
  throw new Error(`docker ${args.join(' ')} ended with ${code}:\n${err.trimEnd().split('\n').slice(-15).join('\n')}`);
}

import { projectRoot, runToEnd } from '@waybill/kit';

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
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs docker until it ends; what it printed is kept. */
export async function tryDocker(
  args: readonly string[],
  { cwd = projectRoot, environment, signal, progress }: Call = {},
): Promise<Ended> {
  signal?.throwIfAborted();
  return runToEnd('docker', args, {
    cwd,
    env: { ...process.env, ...environment },
    // Ctrl-C reaches this process alone, which then decides what to tell docker.
    detached: process.platform !== 'win32',
    signal,
    // A build tells its steps on stdout, `up` its containers on stderr.
    onLine: progress && ((line) => progress(line.trim())),
  }).catch(({ message }: Error) => ({ code: 127, stdout: '', stderr: message }));
}

/** What docker printed, without the last line's end. Throws with the end of its complaint. */
export async function docker(args: readonly string[], call: Call = {}): Promise<string> {
  const { code, stdout, stderr } = await tryDocker(args, call);
  call.signal?.throwIfAborted();
  if (code === 0) return stdout.trimEnd();
  throw new Error(`docker ${args.join(' ')} ended with ${code}:\n${stderr.trimEnd().split('\n').slice(-15).join('\n')}`);
}

import { type Ended, projectRoot, runToEnd } from '@waybill/kit';

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

/** Runs a script under this same Node until it ends. */
export const runNode = (
  args: readonly string[],
  { cwd = projectRoot, env, quiet = false, signal, withinMinutes }: Run,
): Promise<Ended> =>
  runToEnd(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    shown: !quiet,
    signal,
    withinMs: withinMinutes * 60_000,
    end: (child) => {
      child.kill('SIGTERM');
      if (signal.aborted) return;
      console.error(`${args.join(' ')} has not ended within ${withinMinutes} minutes: it is ended.`);
      setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS).unref();
    },
  });

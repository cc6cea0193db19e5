import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Gives what the command wrote to stderr as well, after the rest. */
  readonly withErrors?: boolean;
}

/** Runs a command to its end and gives its output; a failure names the command, its exit code and its last lines. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { withErrors, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    child.once('error', (error) => reject(new Error(`${file} could not be started: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(withErrors ? output.stdout + output.stderr : output.stdout);
      const tail = (output.stderr || output.stdout).trim().split('\n').slice(-8).join('\n');
      reject(new Error(`${[file, ...args].join(' ')} ended with ${signal ?? `code ${code}`}:\n${tail}`));
    });
  });
}

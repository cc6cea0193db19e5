import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Launch } from '../servers/server.ts';

/** Runs something that ends by itself (migrations, the deploy step). A failure carries the last lines of its log. */
export function runStep(
  name: string,
  launch: Pick<Launch, 'file' | 'args' | 'env' | 'cwd'>,
  options: { logFile: string; stackDir: string; signal: AbortSignal },
): Promise<void> {
  const log = openSync(options.logFile, 'a', 0o600);
  return new Promise((resolve, reject) => {
    const child = spawn(launch.file, launch.args, {
      cwd: launch.cwd,
      env: { ...launch.env, WAYBILL_STACK: options.stackDir },
      stdio: ['ignore', log, log],
      signal: options.signal,
      killSignal: 'SIGTERM',
    });
    closeSync(log);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) return resolve();
      reject(new Error(`${name} ended with ${signal ?? `code ${code}`}:\n${lastLines(options.logFile)}`));
    });
  });
}

/** The end of a log, for an error message. */
export function lastLines(file: string, count = 15): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}

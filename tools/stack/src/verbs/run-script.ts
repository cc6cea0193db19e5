import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import type { Running } from '../supervision/running.ts';
import { runStep } from '../supervision/step.ts';

/** A script of ours, what it is told, and the environment that it gets. */
interface Script {
  readonly file: string;
  readonly args?: readonly string[];
  readonly env: Record<string, string>;
}

/** Runs a script to its end as the supervisor runs a step, beside it: with a log by this name, whose last lines a failure carries. */
export const runScript = (name: string, { file, args = [], env }: Script, { instance }: Running): Promise<void> =>
  runStep(
    name,
    { file: process.execPath, args: ['--enable-source-maps', file, ...args], env, cwd: projectRoot },
    {
      logFile: join(instance.paths.logs, `${name}.log`),
      stackDir: instance.dir,
      signal: new AbortController().signal,
    },
  );

import { type Ended, projectRoot, runToEnd } from '@waybill/kit';
import { environmentFor } from './environment-for.ts';

/** Runs Node in the folder of an example, on the servers of an instance. */
export const runExample = (
  example: string,
  args: readonly string[],
  instance: string,
  options: { readonly signal?: AbortSignal; readonly withinMs?: number; readonly shown?: boolean },
): Promise<Ended> =>
  runToEnd(process.execPath, args, {
    cwd: `${projectRoot}/examples/${example}`,
    env: { ...process.env, NODE_OPTIONS: '', ...environmentFor(instance) },
    ...options,
  });

import { existsSync, readFileSync } from 'node:fs';
import { down, instanceOf } from '@waybill/stack';
import { runNode } from './child.ts';
import { broken, type Suite } from './suite.ts';

/** A tool that breaks or asks a system of its own, and writes what came of it for machines. */
export interface Tool {
  readonly name: string;
  /** Its script and its arguments. */
  readonly run: readonly string[];
  readonly instance: string;
  readonly withinMinutes: number;
}

/** Runs a tool to its end, has its result judged, and ends what it left. `Result` is what the tool writes with `--json`. */
export async function runTool<Result>(
  { name, run, instance, withinMinutes }: Tool,
  judge: (result: Result) => Pick<Suite, 'passed' | 'failed' | 'note'>,
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<Suite> {
  const file = `${folder}/${instance}.json`;
  console.log(`\n${name}`);
  const endWhatIsThere = async () => {
    if (existsSync(instanceOf(instance).dir)) await down({ instance, purge: true });
  };
  // What a killed run has left would be asked instead of what was just built.
  await endWhatIsThere();
  try {
    const { code, seconds } = await runNode([...run, '--instance', instance, '--json', file], { signal, withinMinutes });
    if (!existsSync(file)) return broken(name, `ended with ${code} and no result`, seconds);
    const suite = { name, skipped: 0, seconds, ...judge(JSON.parse(readFileSync(file, 'utf8')) as Result) };
    return code !== 0 && suite.failed === 0 ? { ...suite, failed: 1, note: `ended with ${code}, past its result` } : suite;
  } finally {
    await endWhatIsThere();
  }
}

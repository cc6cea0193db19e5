import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, type Suite } from '@waybill/kit';
import { down, instanceOf } from '@waybill/stack';
import { runNode } from './child.ts';
import type { Tool } from './tools.ts';

/** Runs a tool to its end, reads the suite that it has written, and ends what it left. */
export async function runTool({ run, instance, withinMinutes }: Tool, folder: string, signal: AbortSignal): Promise<Suite> {
  const [name, ...args] = run as [string, ...string[]];
  const file = join(folder, `${name}.json`);
  console.log(`\n${name}`);
  const endWhatIsThere = async () => {
    if (instance && existsSync(instanceOf(instance).dir)) await down({ instance, purge: true });
  };
  // What a killed run has left would be asked instead of what was just built.
  await endWhatIsThere();
  try {
    const its = instance ? ['--instance', instance] : [];
    const command = [`tools/${name}/src/main.ts`, ...args, ...its, '--json', file];
    const { code, seconds } = await runNode(command, { signal, withinMinutes });
    if (!existsSync(file)) return broken(name, `ended with ${code} and no result`, seconds);
    const suite = { ...(JSON.parse(readFileSync(file, 'utf8')) as Suite), seconds };
    const unexplained = code !== 0 && suite.failed + suite.skipped === 0;
    return unexplained ? { ...suite, failed: 1, note: `ended with ${code}, past its result` } : suite;
  } finally {
    await endWhatIsThere();
  }
}

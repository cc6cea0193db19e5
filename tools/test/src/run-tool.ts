import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, type Suite } from '@waybill/kit';
import { down, instanceOf } from '@waybill/stack';
import { runNode } from './child.ts';
import type { Tool } from './tools.ts';

/** Runs a tool to its end, reads the suite that it has written, and ends what it left. */
export async function runTool(tool: Tool, folder: string, signal: AbortSignal): Promise<Suite> {
  const { run, instance, beside = false, withinMinutes } = tool;
  const [name, ...args] = run as [string, ...string[]];
  const row = tool.row ?? name;
  const file = join(folder, `${row}.json`);
  console.log(beside ? `${row}: runs beside, its output follows when it has ended` : `\n${row}`);
  const endWhatIsThere = async () => {
    if (instance && existsSync(instanceOf(instance).dir)) await down({ instance, purge: true });
  };
  // What a killed run has left would be asked instead of what was just built.
  await endWhatIsThere();
  try {
    const its = instance ? ['--instance', instance] : [];
    const command = [`tools/${name}/src/main.ts`, ...args, ...its, '--json', file];
    const { code, seconds, output } = await runNode(command, { quiet: beside, signal, withinMinutes });
    if (beside) console.log(`\n${row}\n${output}`);
    if (!existsSync(file)) return broken(row, `ended with ${code} and no result`, seconds);
    const suite = { ...(JSON.parse(readFileSync(file, 'utf8')) as Suite), name: row, seconds };
    const unexplained = code !== 0 && suite.failed + suite.skipped === 0;
    return unexplained ? { ...suite, failed: 1, note: `ended with ${code}, past its result` } : suite;
  } finally {
    await endWhatIsThere();
  }
}

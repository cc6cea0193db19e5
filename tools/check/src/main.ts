import { parseArgs } from 'node:util';
import { program, verdictOn, type Verdict } from '@waybill/kit';
import type { Check } from './check.ts';
import { checks } from './checks.ts';
import { runChecks, type CheckResult } from './run-checks.ts';

const help = `npm run check [-- --only NAME] [-- --write] [-- --json FILE]
Looks at the repository without starting anything: ${checks.map((check) => check.name).join(', ')}.
  --only NAME  only this check (may be given several times)
  --write      before that, writes the lines that links of the docs lead to
  --json FILE  the result for machines`;

await program({ name: 'checks', help, read: readOptions, run: look });

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      write: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const names = checks.map((check) => check.name);
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`No check is called "${unknown}".`);
  return values;
}

async function look({ only, write }: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<Verdict> {
  signal.addEventListener('abort', () => process.exit(130));
  const chosen = checks.filter((check) => only.length === 0 || only.includes(check.name));
  if (write) for (const path of await written(chosen)) console.log(`wrote  ${path}`);
  const results = await runChecks(chosen, print);
  const failed = results.filter((result) => result.problems.length > 0);
  for (const { name, problems } of failed) console.log(`\n${name}\n${problems.map((problem) => indent(problem)).join('\n')}`);
  const problemOf = ({ name, problems }: CheckResult) => (problems.length > 0 ? name : undefined);
  return verdictOn(results, problemOf, { note: '', details: results });
}

/** One after the other: two of them may write into one file. */
async function written(chosen: readonly Check[]): Promise<string[]> {
  const paths: string[] = [];
  for (const check of chosen) paths.push(...((await check.write?.()) ?? []));
  return paths;
}

function print({ name, seconds, problems }: CheckResult) {
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(24)} ${seconds.toFixed(1).padStart(6)} s`);
}

function indent(text: string) {
  return text.replaceAll(/^/gm, '  ');
}

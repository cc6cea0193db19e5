import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { program } from '@waybill/stack';
import { checks } from './checks.ts';
import { runChecks, type CheckResult } from './run-checks.ts';

const help = `npm run check [-- --only NAME] [-- --json FILE]
Looks at the repository without starting anything: ${checks.map((check) => check.name).join(', ')}.
  --only NAME  only this check (may be given several times)
  --json FILE  write [{name, seconds, problems}] as well`;

await program({ help, read: readOptions, run: look });

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const names = checks.map((check) => check.name);
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`No check is called "${unknown}".`);
  return values;
}

async function look({ only, json }: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<number> {
  signal.addEventListener('abort', () => process.exit(130));
  const chosen = checks.filter((check) => only.length === 0 || only.includes(check.name));
  const results = await runChecks(chosen, print);
  const failed = results.filter((result) => result.problems.length > 0);
  for (const { name, problems } of failed) console.log(`\n${name}\n${problems.map((problem) => indent(problem)).join('\n')}`);
  if (json) writeFileSync(json, JSON.stringify(results));
  return failed.length === 0 ? 0 : 1;
}

function print({ name, seconds, problems }: CheckResult) {
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(24)} ${seconds.toFixed(1).padStart(6)} s`);
}

function indent(text: string) {
  return text.replaceAll(/^/gm, '  ');
}

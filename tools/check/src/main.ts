import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checks } from './checks.ts';
import { runChecks, type CheckResult } from './run-checks.ts';

const help = `npm run check [-- --only NAME] [-- --json FILE]
Looks at the repository without starting anything: ${checks.map((check) => check.name).join(', ')}.
  --only NAME  only this check (may be given several times)
  --json FILE  write [{name, seconds, problems}] as well`;

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, json: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const chosen = checks.filter((check) => !values.only || values.only.includes(check.name));
if (chosen.length === 0) {
  console.error(`No check has that name. There are: ${checks.map((check) => check.name).join(', ')}.`);
  process.exit(2);
}

const results = await runChecks(chosen, print);
const failed = results.filter((result) => result.problems.length > 0);
for (const { name, problems } of failed) console.log(`\n${name}\n${problems.map((problem) => indent(problem)).join('\n')}`);
if (values.json) writeFileSync(values.json, JSON.stringify(results));
if (failed.length > 0) process.exitCode = 1;

function print({ name, seconds, problems }: CheckResult) {
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(24)} ${seconds.toFixed(1).padStart(6)} s`);
}

function indent(text: string) {
  return text.replaceAll(/^/gm, '  ');
}

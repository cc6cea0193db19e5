// `npm run boards`: writes Grafana's boards, or asks a real Prometheus everything that they ask.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { askBoards } from './ask-boards.ts';
import { boards } from './boards.ts';
import { writeBoards } from './write-boards.ts';

const HELP = `npm run boards -- write
  Writes the boards of tools/boards into infra/grafana/dashboards, where Grafana reads them.
npm run boards -- ask [--instance NAME] [--json FILE]
  Brings a system up, sends orders through it, breaks it a little, and asks its Prometheus every query of every board and
  every rule: none may fail, none may be empty. Ends the system.
  --instance NAME  the instance to use (boards)
  --json FILE      write {queries, rules, series, problems} as well`;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { instance: { type: 'string', default: 'boards' }, json: { type: 'string' }, help: { type: 'boolean' } },
});

process.exitCode = await main(positionals.join(' '));

async function main(command: string): Promise<number> {
  if (values.help || (command !== 'write' && command !== 'ask')) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  if (command === 'write') {
    writeBoards();
    return 0;
  }
  const asked = await askBoards(values.instance, interrupted.signal);
  const { queries, rules, series, problems } = asked;
  for (const problem of problems) console.log(`PROBLEM ${problem}`);
  console.log(
    `${queries} queries of ${boards.length} boards and ${rules} rules, over ${series} kinds of series: ${problems.length} problems`,
  );
  if (values.json) writeFileSync(values.json, JSON.stringify(asked));
  return problems.length === 0 ? 0 : 1;
}

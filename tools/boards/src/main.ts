// `npm run boards`: writes Grafana's boards, or asks a real Prometheus everything that they ask.
import { parseArgs } from 'node:util';
import { program, type Verdict } from '@waybill/kit';
import { askBoards } from './ask-boards.ts';
import { boards } from './boards.ts';
import { writeBoards } from './write-boards.ts';

const HELP = `npm run boards -- write
  Writes the boards of tools/boards into infra/grafana/dashboards, where Grafana reads them.
npm run boards -- ask [--instance NAME] [--json FILE]
  Brings a system up, sends orders through it, breaks it a little, and asks its Prometheus every query of every board and
  every rule: none may fail, none may be empty. Ends the system.
  --instance NAME  the instance to use (boards)
  --json FILE      write the result for machines`;

await program({ name: 'boards', help: HELP, read: readOptions, run: writeOrAsk });

function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      instance: { type: 'string', default: 'boards' },
      json: { type: 'string' },
    },
  });
  const command = positionals.join(' ');
  if (command !== 'write' && command !== 'ask') throw new Error(`Say write or ask, not "${command}".`);
  return { ...values, command };
}

async function writeOrAsk({ command, instance }: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<number | Verdict> {
  if (command === 'write') {
    writeBoards();
    return 0;
  }
  const asked = await askBoards(instance, signal);
  const { queries, rules, series, problems } = asked;
  for (const problem of problems) console.log(`PROBLEM ${problem}`);
  console.log(
    `${queries} queries of ${boards.length} boards and ${rules} rules, over ${series} kinds of series: ${problems.length} problems`,
  );
  return {
    passed: Math.max(0, queries + rules - problems.length),
    failed: problems.length,
    note: problems[0] ?? `${queries} queries of the boards, ${rules} rules: each has an answer`,
    details: asked,
  };
}

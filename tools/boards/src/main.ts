// `npm run boards`: writes Grafana's boards, or asks a real Prometheus everything that they ask.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { program } from '@waybill/stack';
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

await program({ help: HELP, read: readOptions, run: writeOrAsk });

function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      instance: { type: 'string', default: 'boards' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const command = positionals.join(' ');
  if (!values.help && command !== 'write' && command !== 'ask') throw new Error(`Say write or ask, not "${command}".`);
  return { ...values, command };
}

async function writeOrAsk({ command, instance, json }: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<number> {
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
  if (json) writeFileSync(json, JSON.stringify(asked));
  return problems.length === 0 ? 0 : 1;
}

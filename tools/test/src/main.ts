import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LONG_PAUSE_S, program, watchPauses } from '@waybill/kit';
import { onceMore, type Part, runInTurn } from './parts.ts';
import { runEndToEnd } from './run-end-to-end.ts';
import { runLiveSpecs } from './run-live-specs.ts';
import { runPureSpecs } from './run-pure-specs.ts';
import { runTool } from './run-tool.ts';
import { closingLine, suiteTable } from './suite-table.ts';
import { TOOLS } from './tools.ts';

const help = `npm test [-- --skip-live] [-- --skip-e2e] [-- --skip-boards] [-- --skip-labs] [-- --skip-browser] [-- --skip-compose] [-- --skip-faults] [-- --mutants]
Everything that CI runs: the checks, the specs without servers (an unchanged package is counted from Nx's cache), the specs
on a PostgreSQL, RabbitMQ and Kafka of their own, 60 orders through the whole system, what an order costs PostgreSQL, the system
in containers where a Docker engine and the base images are there, and the system broken under load. At last, side by side: its
alerts seen to fire and to go, every query of Grafana's boards and every rule of Prometheus, the commands of README and docs, the labs
without servers; and replicas, provider and mail server away for a while, an upgrade with old and new builds, and the pages used in a
real browser. What fails there, or while the machine stood still for 2 s or more, runs once more by itself, and the table says so. It
ends what it started, also after a failure or Ctrl-C. The last line is "N passed, N failed".
  --skip-live    without the specs on real servers
  --skip-e2e     without the orders through the whole system, and without the commands of README and docs
  --skip-boards  without the queries of the boards, and without the cost of an order
  --skip-labs    without the labs that need no server, each solved once
  --skip-browser without the pages in a browser
  --skip-compose without the containers
  --skip-faults  without the faults, the alerts and the upgrade, the longest part
  --mutants      the tests tested with known bugs as well, some minutes more
To run one package's specs: node tools/run.mjs nx test @waybill/order (or test:live)`;

await program({ name: 'test', help, read: readOptions, run: runParts });

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      'skip-live': { type: 'boolean' },
      'skip-e2e': { type: 'boolean' },
      'skip-boards': { type: 'boolean' },
      'skip-labs': { type: 'boolean' },
      'skip-browser': { type: 'boolean' },
      'skip-compose': { type: 'boolean' },
      'skip-faults': { type: 'boolean' },
      mutants: { type: 'boolean' },
    },
  });
  return values;
}

/** A part, unless an option leaves it out. */
type Row = readonly [name: string, run: Part['run'], skipped?: boolean | undefined];

async function runParts(options: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<number> {
  const longestPauseS = watchPauses();
  const results = mkdtempSync(join(tmpdir(), 'waybill-test-'));
  const tool = (name: keyof typeof TOOLS) => () => runTool(TOOLS[name], results, signal);
  const inTurn: readonly Row[] = [
    ['checks', tool('checks')],
    ['specs', () => runPureSpecs(signal)],
    ['live specs', (only) => runLiveSpecs(signal, only), options['skip-live']],
    ['end to end', () => runEndToEnd(results, signal), options['skip-e2e']],
    ['cost', tool('cost'), options['skip-boards']],
    ['compose', tool('compose'), options['skip-compose']],
    ['faults', tool('faults'), options['skip-faults']],
    ['mutants', tool('mutants'), !options.mutants],
  ];
  // Alerts and faults that wait hardly need a processor, a browser only for a part of its time: they leave it each other.
  const sideBySide: readonly (readonly Row[])[] = [
    [
      ['boards', tool('boards'), options['skip-boards']],
      ['alerts', tool('alerts'), options['skip-faults']],
      ['commands', tool('commands'), options['skip-e2e']],
      ['labs', tool('labs'), options['skip-labs']],
    ],
    [
      ['faults that wait', tool('faultsThatWait'), options['skip-faults']],
      ['upgrade', tool('upgrade'), options['skip-faults']],
      ['browser', tool('browser'), options['skip-browser']],
    ],
  ];

  const alone = await runInTurn(wanted(inTurn), { beside: false });
  const beside = await Promise.all(sideBySide.map((rows) => runInTurn(wanted(rows), { beside: true })));
  const suites = await onceMore([...alone, ...beside.flat()], signal);
  rmSync(results, { recursive: true, force: true });

  // Who reads of a timeout that struck should know.
  const stoodStillS = longestPauseS();
  const pause = stoodStillS < LONG_PAUSE_S ? '' : `The machine stood still for ${stoodStillS.toFixed(1)} s at the longest.\n`;
  console.log(`\n${suiteTable(suites)}\n\n${pause}${closingLine(suites)}`);
  return suites.some((suite) => suite.failed > 0) ? 1 : 0;
}

// A declaration: the parts run before a constant here had its value.
function wanted(rows: readonly Row[]): Part[] {
  return rows.filter(([, , skipped]) => !skipped).map(([name, run]) => ({ name, run }));
}

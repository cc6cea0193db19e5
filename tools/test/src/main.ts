import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { broken, program, type Suite } from '@waybill/kit';
import { runEndToEnd } from './run-end-to-end.ts';
import { runLiveSpecs } from './run-live-specs.ts';
import { runPureSpecs } from './run-pure-specs.ts';
import { runTool } from './run-tool.ts';
import { closingLine, suiteTable } from './suite-table.ts';
import { TOOLS } from './tools.ts';

const help = `npm test [-- --skip-live] [-- --skip-e2e] [-- --skip-boards] [-- --skip-browser] [-- --skip-compose] [-- --skip-faults] [-- --mutants]
Everything that CI runs: the checks, the specs without servers (an unchanged package is counted from Nx's cache), the specs
on a PostgreSQL, RabbitMQ and Kafka of their own, 60 orders through the whole system, every query of Grafana's boards and every
rule of Prometheus, the pages used in a real browser, what an order costs PostgreSQL, the system in containers where a Docker engine and the base images are there, the system broken under load,
and its alerts seen to fire and to go. It ends what it started, also after a failure or Ctrl-C. The last line is "N passed, N failed".
  --skip-live    without the specs on real servers
  --skip-e2e     without the orders through the whole system
  --skip-boards  without the queries of the boards, and without the cost of an order
  --skip-browser without the pages in a browser
  --skip-compose without the containers
  --skip-faults  without the faults and the alerts, the longest part
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
      'skip-browser': { type: 'boolean' },
      'skip-compose': { type: 'boolean' },
      'skip-faults': { type: 'boolean' },
      mutants: { type: 'boolean' },
    },
  });
  return values;
}

async function runParts(options: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<number> {
  const results = mkdtempSync(join(tmpdir(), 'waybill-test-'));
  const suites: Suite[] = [];
  type Part = readonly [name: string, run: () => Promise<Suite | readonly Suite[]>, skipped?: boolean | undefined];
  const parts: readonly Part[] = [
    ['checks', () => runTool(TOOLS.checks, results, signal)],
    ['specs', () => runPureSpecs(signal)],
    ['live specs', () => runLiveSpecs(signal), options['skip-live']],
    ['end to end', () => runEndToEnd(results, signal), options['skip-e2e']],
    ['boards', () => runTool(TOOLS.boards, results, signal), options['skip-boards']],
    ['browser', () => runTool(TOOLS.browser, results, signal), options['skip-browser']],
    ['cost', () => runTool(TOOLS.cost, results, signal), options['skip-boards']],
    ['compose', () => runTool(TOOLS.compose, results, signal), options['skip-compose']],
    ['faults', () => runTool(TOOLS.faults, results, signal), options['skip-faults']],
    ['alerts', () => runTool(TOOLS.alerts, results, signal), options['skip-faults']],
    ['mutants', () => runTool(TOOLS.mutants, results, signal), !options.mutants],
  ];

  // A part that fails does not keep the next one from telling its own problems.
  for (const [name, run, skipped] of parts) {
    if (skipped) continue;
    suites.push(...[await run().catch((error: unknown) => broken(name, String(error)))].flat());
  }
  rmSync(results, { recursive: true, force: true });

  console.log(`\n${suiteTable(suites)}\n\n${closingLine(suites)}`);
  return suites.some((suite) => suite.failed > 0) ? 1 : 0;
}

// `npm run compare-balancers`: the same requests through nginx and HAProxy, each as this system configures it.
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { elapsedReport, program, projectRoot } from '@waybill/kit';
import { down, instanceOf, portKey, status, up } from '@waybill/stack';
import { writeMeasured } from '../report/measured-page.ts';
import { bare, compare, type Compared } from './compare.ts';
import { Replicas } from './replicas.ts';
import { rowsOf } from './rows.ts';

const PAGE = join(projectRoot, 'docs/which-balancer.md');
const HELP = `npm run compare-balancers [-- --instance NAME] [--write]

Sends the same requests through nginx and HAProxy, with the configuration that this system gives them (infra/nginx, infra/haproxy),
without TLS, to two small replicas: how many a second, what each costs, and what clients see when a replica is killed, hangs or is
restarted, with slow clients, with 2,000 clients, and when nobody is there. It starts both (the instance "balancers") and removes them.

  --write  writes the figures into docs/which-balancer.md

A figure is that of one machine at one time. Compare the columns of one run.`;

await program({ name: 'compare-balancers', help: HELP, read: readOptions, run });
// Connections that were given up may still wait for their end.
process.exit();

function readOptions(args: string[]) {
  return parseArgs({
    args,
    options: { instance: { type: 'string', default: 'balancers' }, write: { type: 'boolean', default: false } },
  }).values;
}

async function run({ instance, write }: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<number> {
  const report = elapsedReport();
  process.env['WAYBILL_TLS'] = 'off';
  process.env['WAYBILL_CLIENT_REQUESTS_PER_SECOND'] = '999999';
  let replicas: Replicas | undefined;
  try {
    await up({ instance, only: ['nginx', 'haproxy'], report, signal });
    // The replicas are small programs of this comparison, where the balancers look for those of a service.
    const all = JSON.parse(readFileSync(instanceOf(instance).paths.ports, 'utf8')) as Record<string, number>;
    const ports = [1, 2].map((n) => all[portKey(`order-${n}`, 'http')]!);
    replicas = new Replicas(ports, join(tmpdir(), `waybill-balancers-${process.pid}.txt`));
    const { services } = await status(instance);
    await replicas.startAll();
    const itself = await bare(ports[0]!, report);
    const results: Compared[] = [];
    for (const { name, pid, ports: own } of services.filter((one) => one.pid !== null)) {
      signal.throwIfAborted();
      results.push(await compare(name, own['edge']!, pid!, replicas, report));
    }
    const rows = rowsOf(itself, results);
    for (const row of rows) console.log(row.join('  |  '));
    if (write) writeMeasured(PAGE, rows);
    return 0;
  } finally {
    await replicas?.endAll();
    await down({ instance, purge: true, report });
  }
}

// `npm run bench`: how many orders per second a running stack confirms, and what memory its processes hold.
import { parseArgs } from 'node:util';
import { program, wholeNumber } from '@waybill/kit';
import { memoryOf, status } from '@waybill/stack';
import { confirmOrders } from './confirm-orders.ts';
import { readStatements } from './statements.ts';

const HELP = `npm run bench -- [--orders N] [--in-flight N] [--instance NAME]

Sends N orders (default 2000) to a running stack, always 64 of them not yet settled, and prints orders confirmed per
second, the time from POST to confirmed, PostgreSQL's statements and commits for each order, and the memory of each process. Figures of one machine at one time: compare
two runs of the same hour, not two machines.`;

await program({ name: 'bench', help: HELP, read: readOptions, run: measure });

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      orders: { type: 'string', default: '2000' },
      'in-flight': { type: 'string', default: '64' },
      instance: { type: 'string' },
    },
  });
  const orders = wholeNumber('--orders', values.orders, 100_000);
  const inFlight = wholeNumber('--in-flight', values['in-flight'], 100_000);
  return { orders, inFlight, instance: values.instance };
}

async function measure({ orders, inFlight, instance }: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<number> {
  signal.addEventListener('abort', () => process.exit(130));
  const { services, urls } = await status(instance);
  if (!urls['edge']) {
    console.error('The stack is not running: `npm run stack -- up` starts it.');
    return 1;
  }
  const before = await readStatements(services);
  const result = await confirmOrders({ edge: urls['edge'], orders, inFlight, instance });
  console.log(`orders confirmed      ${result.confirmed} of ${orders}, ${inFlight} in flight`);
  console.log(`confirmed per second  ${Math.round(result.perSecond)}`);
  console.log(`POST to confirmed ms  p50 ${result.p50Ms}  p99 ${result.p99Ms}`);
  const after = await readStatements(services);
  const perOrder = (n: number) => (n / result.confirmed).toFixed(1);
  console.log(
    `per order             ${perOrder(after.all - before.all)} statements, ${perOrder(after.commits - before.commits)} commits`,
  );
  if (result.sentAgain > 0) console.log(`sent again            ${result.sentAgain}: refused for the moment, or cut off`);
  for (const { name, pid } of services)
    if (pid !== null) console.log(`${name.padEnd(20)}  ${Math.round(memoryOf(pid) / 1024 / 1024)} MB`);
  return 0;
}

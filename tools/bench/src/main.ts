// `npm run bench`: how many orders per second a running stack confirms, and what memory its processes hold.
import { parseArgs } from 'node:util';
import { memoryOf, status } from '@waybill/stack';
import { confirmOrders } from './confirm-orders.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '2000' },
    'in-flight': { type: 'string', default: '64' },
    instance: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  console.log(`npm run bench -- [--orders N] [--in-flight N] [--instance NAME]

Sends N orders (default 2000) to a running stack, always 64 of them not yet settled, and prints orders confirmed per
second, the time from POST to confirmed, and the memory of each process. Figures of one machine at one time: compare
two runs of the same hour, not two machines.`);
} else {
  await main(Number(values.orders), Number(values['in-flight']), values.instance);
}

async function main(orders: number, inFlight: number, instance: string | undefined): Promise<void> {
  const { services, urls } = await status(instance);
  if (!urls['edge']) {
    console.error('The stack is not running: `npm run stack -- up` starts it.');
    process.exit(1);
  }
  const result = await confirmOrders({ edge: urls['edge'], orders, inFlight, instance });
  console.log(`orders confirmed      ${result.confirmed} of ${orders}, ${inFlight} in flight`);
  console.log(`confirmed per second  ${Math.round(result.perSecond)}`);
  console.log(`POST to confirmed ms  p50 ${result.p50Ms}  p99 ${result.p99Ms}`);
  for (const { name, pid } of services)
    if (pid !== null) console.log(`${name.padEnd(20)}  ${Math.round(memoryOf(pid) / 1024 / 1024)} MB`);
}

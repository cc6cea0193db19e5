import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { instanceOf } from '@waybill/stack';

/** What a worker says that finds its message handled by another one, or its claim taken over. */
const TOO_LATE = /"labels\.outcome":"duplicate"|nother worker took over/;

/**
 * Asks how many workers of a replica came too late with these orders since this call, by its log; undefined as long as none has.
 * Cancels fence one another and the charges every day: only a replica's own word about an order that it lost says that it was late.
 */
export function lateWith(orders: readonly string[], name: string, instance: string): () => Promise<number | undefined> {
  const file = join(instanceOf(instance).paths.logs, `${name}.log`);
  const from = statSync(file).size;
  return async () => {
    const lines = readFileSync(file).subarray(from).toString('utf8').split('\n');
    const late = lines.filter((line) => TOO_LATE.test(line) && orders.some((id) => line.includes(id)));
    return late.length || undefined;
  };
}

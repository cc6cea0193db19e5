import { table } from '@waybill/kit';
import type { RunResult } from './types.ts';

/** What a run came to, for people: a table, and below it what is wrong. */
export function printResult(result: RunResult): void {
  const { faults, traffic, orders, payments, settledS, stoodStillS, repeated, duplicates, redelivered, fenced, problems } =
    result;
  console.log(
    table([
      ...[...Map.groupBy(faults, ({ what }) => what)].map(([what, times]) => [
        times.length > 1 ? `${what}, ${times.length} times` : what,
        Math.min(...times.map(({ inFlight }) => inFlight)),
        times.length > 1 ? 'orders in flight, or more' : 'orders in flight',
      ]),
      ...traffic.map(({ through, requests, failures, p50Ms, p99Ms, slowestMs }) => [
        `requests through ${through}`,
        requests,
        `${failures.length} failed; p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, slowest ${slowestMs.toFixed(0)} ms`,
      ]),
      [
        'orders accounted for',
        orders,
        Object.entries(payments)
          .map(([status, n]) => `${n} ${status}`)
          .join(', '),
      ],
      ...Object.entries(repeated).map(([reason, times]) => ['requests sent again', times, reason]),
      ['duplicates absorbed', duplicates],
      ['redelivered by RabbitMQ', redelivered],
      ['late workers fenced', fenced],
      ['seconds until settled', settledS.toFixed(1)],
      ...(stoodStillS < 1 ? [] : [['seconds without a processor', stoodStillS.toFixed(1)]]),
    ]),
  );
  for (const problem of problems.slice(0, 20)) console.log(`  PROBLEM ${problem}`);
  if (problems.length > 20) console.log(`  ... and ${problems.length - 20} more`);
}

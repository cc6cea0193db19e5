import type { Report, Verdict } from '@waybill/kit';
import { told, warmedUp } from './end-to-end.ts';
import { closedLoop, type Target } from './generator/load.ts';
import { interleaved } from './interleaved.ts';
import { measure, type Round } from './measure.ts';
import { COMPARED_IN_FLIGHT } from './report/results.ts';
import { verdictOnWays } from './report/ways.ts';
import { median, sum } from './statistics.ts';
import { withObservers } from './systems/observers.ts';
import { Retuned } from './systems/retuned.ts';
import type { Servers } from './systems/servers.ts';
import { waybill } from './systems/waybill.ts';

const plan = (quick: boolean) => ({
  turns: quick ? 1 : 2,
  /** Of a start: processes must warm up, and then stay for a while. */
  rounds: quick ? 1 : 3,
  times: { warmUpMs: 2_000, measureMs: quick ? 4_000 : 8_000, drainMs: 60_000 },
});

/** How the replicas are started: without a setting that is undefined here. */
const WAYS = {
  'neither traces nor feed': { OTLP_ENDPOINT: undefined, FEED_ADDRESS: undefined },
  'traces alone': { FEED_ADDRESS: undefined },
  'traces and feed': {},
} as const;

/** What it costs that services record traces, and tell the live feed: the same load with each of them and without, in turns. */
export async function traced(servers: Servers, { quick, report, signal }: Options): Promise<Verdict> {
  const { turns, rounds, times } = plan(quick);
  const retuned = new Retuned(servers);
  const measured: Round[] = [];
  try {
    for (const { thing } of interleaved(Object.entries(WAYS), turns)) {
      signal.throwIfAborted();
      const [name, environment] = thing;
      const ours = await waybill(await retuned.start({}, { environment }));
      const system = withObservers(ours, servers);
      try {
        await warmedUp(system, { quick, report, signal });
        for (let round = 0; round < rounds; round++) {
          const run = (target: Target) => closedLoop(target, COMPARED_IN_FLIGHT, times, signal);
          const result = await measure(system, { name, run }, round, servers.folder);
          measured.push(result);
          report(`${told(result)}, ${usOf(result)} us an order`);
        }
      } finally {
        await ours.end();
      }
    }
  } finally {
    await retuned.restore();
  }
  return verdictOnWays(measured, (some) => `${Math.round(median(some.map(usOf)))} us an order`, report);
}

interface Options {
  readonly quick: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
}

const usOf = ({ cpuUsPerOrder }: Round) => Math.round(sum(cpuUsPerOrder));

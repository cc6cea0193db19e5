import type { Report } from '@waybill/kit';
import { type Tuning } from '@waybill/messaging';
import { DRAIN_MS, told, warmedUp } from './end-to-end.ts';
import { closedLoop } from './generator/load.ts';
import { interleaved } from './interleaved.ts';
import { measure } from './measure.ts';
import { COMPARED, COMPARED_IN_FLIGHT, OURS, type Collected } from './report/results.ts';
import { Retuned } from './systems/retuned.ts';
import type { Servers } from './systems/servers.ts';
import { waybill } from './systems/waybill.ts';

interface Options {
  readonly quick: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly collected: Collected;
  /** No turn begins after that. */
  readonly until: number;
}

/** Each choice with the values that switch it off. */
const CHOICES: Readonly<Record<string, Partial<Tuning>>> = {
  [OURS]: {},
  'requests and calls share no transaction': { sharedParts: 1 },
  'at most three messages share a transaction': { deliveryBatch: 1 },
  'one partition at a time': { kafkaPartitionsAtOnce: 1 },
  'one unacknowledged command for each replica': { prefetch: 1 },
  'a claim of the relay takes one row': { relayBatchRows: 1 },
};

const TIMES = { warmUpMs: 2_000, measureMs: 6_000, drainMs: DRAIN_MS };

/**
 * Whole journeys with one choice switched off at a time. Replicas read their values at their start, so each turn has fresh ones,
 * which warm up as all systems do.
 */
export async function ablation(servers: Servers, { until, ...options }: Options): Promise<void> {
  const { quick, report, signal, collected } = options;
  const retuned = new Retuned(servers);
  try {
    for (const { round, thing } of interleaved(Object.entries(CHOICES), quick ? 1 : 2)) {
      signal.throwIfAborted();
      if (performance.now() > until && round > 0) break;
      const [name, tuning] = thing;
      const system = { ...(await waybill(await retuned.start(tuning))), name };
      try {
        await warmedUp(system, options);
        const load = {
          name: COMPARED,
          run: (target: Parameters<typeof closedLoop>[0]) => closedLoop(target, COMPARED_IN_FLIGHT, TIMES, signal),
        };
        const measured = await measure(system, load, round, servers.folder);
        collected.ablation.push(measured);
        report(told(measured));
      } finally {
        await system.end();
      }
    }
  } finally {
    await retuned.restore();
  }
}

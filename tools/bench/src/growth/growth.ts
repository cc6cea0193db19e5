import type { Report } from '@waybill/kit';
import { DRAIN_MS, told, warmedUp } from '../end-to-end.ts';
import { closedLoop, type Target } from '../generator/load.ts';
import type { OrderLine } from '../generator/place-order.ts';
import { measure, type Round } from '../measure.ts';
import { COMPARED, COMPARED_IN_FLIGHT, SMALL, type Collected } from '../report/results.ts';
import { Retuned } from '../systems/retuned.ts';
import type { Servers } from '../systems/servers.ts';
import { waybill } from '../systems/waybill.ts';
import { casesOf, outboxEnd, runAll } from './cases.ts';

interface Options {
  readonly quick: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly collected: Collected;
}

/** Of the rows that a case fills in: shows that all of this works, and nothing of growth. */
const QUICK_SHARE = 0.01;

const plan = (quick: boolean) => ({ warmUpMs: quick ? 2_000 : 3_000, measureMs: quick ? 4_000 : 8_000, drainMs: DRAIN_MS });

/**
 * What an order costs while one thing is large, beside what it costs before and after that, at the same load. A case that fails
 * is told, and the next one is measured.
 */
export async function growth(servers: Servers, options: Options): Promise<void> {
  const { report, signal, collected } = options;
  const cases = casesOf(options.quick ? QUICK_SHARE : 1);
  const retuned = new Retuned(servers);
  let now = await retuned.start({});
  try {
    await warm(now, options);
    await add(now, SMALL, 0, options);
    for (const [index, large] of cases.entries()) {
      signal.throwIfAborted();
      try {
        report(`making it large: ${large.name}`);
        if (large.between) {
          await retuned.pause();
          await large.between(servers);
        }
        if (large.between || large.replicas !== undefined) {
          now = await retuned.start({}, { ofEach: large.replicas });
          await warm(now, options);
        }
        await runAll(servers, large.fill);
        await add(now, large.name, index, options, large.lines);
      } catch (error) {
        signal.throwIfAborted();
        report(`${large.name}: ${(error as Error).message}`);
        collected.failures.push({ part: `growth, ${large.name}`, reason: (error as Error).message });
      }
      await runAll(servers, large.empty);
      if (index + 1 === cases.length) break;
      if (large.replicas !== undefined) {
        now = await retuned.start({});
        await warm(now, options);
      }
      await add(now, SMALL, index + 1, options);
    }
  } finally {
    await retuned.restore();
  }
}

async function warm(servers: Servers, options: Options): Promise<void> {
  const system = await waybill(servers);
  await warmedUp(system, options).finally(() => system.end());
}

async function add(
  servers: Servers,
  name: string,
  round: number,
  { quick, report, signal, collected }: Options,
  lines?: readonly OrderLine[],
): Promise<void> {
  const system = { ...(await waybill(servers, await outboxEnd(servers))), name };
  try {
    const run = (target: Target) => closedLoop({ ...target, lines }, COMPARED_IN_FLIGHT, plan(quick), signal);
    const measured: Round = await measure(system, { name: COMPARED, run }, round, servers.folder);
    collected.growth.push(measured);
    report(told(measured));
  } finally {
    await system.end();
  }
}

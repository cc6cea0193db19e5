import { setTimeout as delay } from 'node:timers/promises';
import { openBrowser, signInAsOperator } from '@waybill/browser';
import type { Report, Verdict } from '@waybill/kit';
import { warmedUp } from './end-to-end.ts';
import { closedLoop, type Target } from './generator/load.ts';
import { interleaved } from './interleaved.ts';
import { cpuOfStarted, type Cpu } from './machine/cpu.ts';
import { measure, type Round } from './measure.ts';
import { COMPARED_IN_FLIGHT } from './report/results.ts';
import { verdictOnWays } from './report/ways.ts';
import { median, sum } from './statistics.ts';
import { withObservers } from './systems/observers.ts';
import type { Servers } from './systems/servers.ts';
import type { System } from './systems/system.ts';
import { waybill } from './systems/waybill.ts';

const plan = (quick: boolean) => ({
  rounds: quick ? 1 : 4,
  times: { warmUpMs: 2_000, measureMs: quick ? 4_000 : 8_000, drainMs: 60_000 },
});
/** A page that has just been opened draws more than one that stands there. */
const SETTLED_AFTER_MS = 5_000;
const BROWSER = 'browser';

/** The page that is open, or none. */
const WAYS = { 'no page': 'about:blank', 'the page Live': '/' } as const;

/**
 * What it costs that somebody looks at the map: the same load without a page and with one, in turns. Browser and system share the
 * processors, so that what the browser needs is told by itself: on a desk it runs on another machine.
 */
export async function watched(servers: Servers, { quick, report, signal }: Options): Promise<Verdict> {
  const { rounds, times } = plan(quick);
  const ours = await waybill(servers);
  const browser = await openBrowser();
  try {
    const context = await browser.chromium.newContext({ baseURL: servers.operations, locale: 'en-US' });
    const page = await context.newPage();
    await page.setViewportSize({ width: 1280, height: 720 });
    await signInAsOperator(page, servers);
    const observed = withObservers(ours, servers);
    const system: System = { ...observed, cpu: () => ({ ...observed.cpu(), ...cpuOfBrowser() }) };
    await warmedUp(system, { quick, report, signal });
    const measured: Round[] = [];
    for (const { round, thing } of interleaved(Object.entries(WAYS), rounds)) {
      signal.throwIfAborted();
      const [name, address] = thing;
      await page.goto(address);
      await delay(SETTLED_AFTER_MS, undefined, { signal });
      const run = (target: Target) => closedLoop(target, COMPARED_IN_FLIGHT, times, signal);
      const result = await measure(system, { name, run }, round, servers.folder);
      measured.push(result);
      report(told(result));
    }
    return verdictOnWays(measured, usWithBrowser, report);
  } finally {
    await browser.close();
    await ours.end();
  }
}

interface Options {
  readonly quick: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Chromium's processes are below this one, each with its kind on its command line: `renderer` runs a page, `gpu-process` draws it. */
const cpuOfBrowser = (): Cpu =>
  cpuOfStarted(process.pid, (commandLine) =>
    /chrom/.test(commandLine) ? `${BROWSER} ${/--type=([\w-]+)/.exec(commandLine)?.[1] ?? 'main'}` : undefined,
  );

function told({ load, perSecond, cpuUsPerOrder, othersShare }: Round): string {
  const parts = Object.entries(cpuUsPerOrder).map(([name, us]) => `${name} ${Math.round(us)}`);
  return `${load}: ${perSecond.toFixed(1)}/s, us of processor an order: ${parts.join(', ')}; others ${Math.round(100 * othersShare)} %`;
}

/** All but the browser, and the browser: the latter has a machine of its own where people work with it. */
function usWithBrowser(rounds: readonly Round[]): string {
  const usOf = (isBrowsers: boolean) =>
    median(
      rounds.map(({ cpuUsPerOrder }) =>
        sum(Object.fromEntries(Object.entries(cpuUsPerOrder).filter(([name]) => name.startsWith(BROWSER) === isBrowsers))),
      ),
    );
  return `${Math.round(usOf(false))} us an order, and ${Math.round(usOf(true))} in the browser`;
}

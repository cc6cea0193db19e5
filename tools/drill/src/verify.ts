import { setTimeout as delay } from 'node:timers/promises';
import { prometheusOf } from '@waybill/alerts';
import { runningStack } from '@waybill/demo';
import type { Report } from '@waybill/kit';
import { whileUp } from '@waybill/stack';
import { LogMark, unseen } from './evidence.ts';
import type { Incident } from './incident.ts';
import { sendOrders } from './orders.ts';

const INSTANCE = 'drill-verify';
/** An order is stuck after 60 s, an alert waits for up to a minute, and a busy machine misses scrapes. */
const SEEN_WITHIN_MS = 240_000;
/** What is broken shows, and nothing shows before. */
const LOOK_EVERY_MS = 2_000;
const WORKED_OFF_WITHIN_MS = 180_000;
const QUIET_MS = 30_000;

/** What of an incident's evidence was seen. */
export interface Verified {
  readonly incident: string;
  readonly problem: string | undefined;
  readonly seconds: number;
}

/** Breaks one thing after the other under load, and looks for the evidence of each: absent before, there while it is broken. */
export function verify(incidents: readonly Incident[], say: Report, signal: AbortSignal): Promise<Verified[]> {
  return whileUp({ instance: INSTANCE, report: say, signal }, async () => {
    const stack = await runningStack(INSTANCE);
    const prometheus = await prometheusOf(INSTANCE);
    const over = new AbortController();
    const orders = sendOrders(stack, over.signal);
    orders.catch(() => undefined);
    const results: Verified[] = [];
    try {
      await delay(QUIET_MS, undefined, { signal });
      for (const incident of incidents) {
        const name = `${incident.kind} at ${incident.place}`;
        say(name);
        results.push({ incident: name, ...(await seenOf(incident)) });
        say(`${name}: ${results.at(-1)!.problem ?? 'seen'}`);
      }
    } finally {
      over.abort();
      await orders;
    }
    return results;

    async function seenOf(incident: Incident): Promise<Omit<Verified, 'incident'>> {
      const logs = new LogMark(INSTANCE);
      const look = () => unseen(incident.evidence, { prometheus, logs });
      const all = Object.keys(incident.evidence).length;
      const early = await until(
        async () => ((await look()).length === all ? [] : ['it shows before anything is broken']),
        WORKED_OFF_WITHIN_MS,
        signal,
      );
      if (early.missing.length > 0) return { problem: early.missing[0], seconds: 0 };
      const mend = await incident.begin({ instance: INSTANCE, stack });
      const { missing, seconds } = await until(look, SEEN_WITHIN_MS, signal);
      await mend();
      return { problem: missing.length > 0 ? missing.join('; ') : undefined, seconds };
    }
  });
}

async function until(
  look: () => Promise<string[]>,
  withinMs: number,
  signal: AbortSignal,
): Promise<{ missing: string[]; seconds: number }> {
  const started = performance.now();
  for (;;) {
    const missing = await look();
    const passedMs = performance.now() - started;
    if (missing.length === 0 || passedMs > withinMs) return { missing, seconds: passedMs / 1_000 };
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Drill, DrilledSystem } from './drill.ts';
import { firing, isAmong, nameOf, secondsUntil, type Expected, type Firing } from './firing.ts';

export interface Seen {
  readonly alert: string;
  readonly cause: string;
  /** From the moment in which the fault was made. Left out: it did not fire. */
  readonly firedAfterS?: number;
  /** From the moment in which the fault was mended. Left out: it went on firing. */
  readonly resolvedAfterS?: number;
}

export interface Outcome {
  readonly seen: readonly Seen[];
  readonly problems: readonly string[];
}

interface Plan {
  readonly prometheus: string;
  readonly system: DrilledSystem;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly limits?: Limits;
}

interface Limits {
  readonly quietMs: number;
  readonly firesWithinMs: number;
  readonly resolvesWithinMs: number;
}

/**
 * The slowest alert: an order is stuck after 60 s, the alert waits for 15 s, and a scrape and an evaluation are 5 s each. On a busy
 * machine a scrape may be missing, and what was counted then starts anew.
 */
const FIRES_WITHIN_MS = 300_000;
/** What has waited during a fault is worked off before its alert goes, and rates look back for a minute. */
const RESOLVES_WITHIN_MS = 180_000;
/** Orders come, nothing is broken: as long as most alerts wait before they fire. */
const QUIET_MS = 20_000;
const LIMITS: Limits = { quietMs: QUIET_MS, firesWithinMs: FIRES_WITHIN_MS, resolvesWithinMs: RESOLVES_WITHIN_MS };

/** Breaks what the rounds name and watches the alerts come and go. Nothing may fire before the first and after the last. */
export async function runRounds(rounds: readonly (readonly Drill[])[], plan: Plan): Promise<Outcome> {
  const { prometheus, say, signal, limits = LIMITS } = plan;
  say('orders come, and nothing is broken');
  await delay(limits.quietMs, undefined, { signal });
  const early = await firesAtFirst(prometheus, signal);
  const seen: Seen[] = [];
  for (const round of rounds) {
    signal.throwIfAborted();
    say(`broken: ${round.map(({ what }) => what).join('; ')}`);
    seen.push(...(await runRound(round, plan)));
  }
  const quiet = await secondsUntil(prometheus, (alerts) => alerts.length === 0, { withinMs: limits.resolvesWithinMs, signal });
  return {
    seen,
    problems: [
      ...(early ? early.map(({ alertname }) => `${alertname} fired while nothing was broken`) : ['Prometheus does not answer']),
      ...seen.filter(({ firedAfterS }) => firedAfterS === undefined).map(({ alert, cause }) => `${alert} did not fire: ${cause}`),
      ...seen
        .filter(({ firedAfterS, resolvedAfterS }) => firedAfterS !== undefined && resolvedAfterS === undefined)
        .map(({ alert, cause }) => `${alert} went on firing after its cause was mended: ${cause}`),
      ...(quiet === undefined ? ['something still fires at the end'] : []),
    ],
  };
}

/** It may be busy for a moment; one that does not answer at all is not worth breaking anything for. */
async function firesAtFirst(prometheus: string, signal: AbortSignal): Promise<Firing[] | undefined> {
  for (let tries = 1; ; tries++) {
    const alerts = await firing(prometheus);
    if (alerts || tries === 10) return alerts;
    await delay(1_000, undefined, { signal });
  }
}

/** Resolves when its alerts are gone again: what still fires would be taken for the work of the next round. */
async function runRound(round: readonly Drill[], { prometheus, system, signal, say, limits = LIMITS }: Plan): Promise<Seen[]> {
  const fired = round.map((drill) =>
    drill.alerts.map((expected) => ({ expected, cause: drill.what, after: untilItFires(expected) })),
  );
  function untilItFires(expected: Expected): Promise<number | undefined> {
    return secondsUntil(prometheus, (alerts) => isAmong(alerts, expected), { withinMs: limits.firesWithinMs, signal });
  }
  try {
    await Promise.all(round.map((drill) => drill.begin(system)));
    for (const { expected, after } of fired.flat()) {
      const seconds = await after;
      say(
        seconds === undefined ? `${nameOf(expected)} has not fired` : `${nameOf(expected)} fired after ${seconds.toFixed(0)} s`,
      );
    }
  } finally {
    // Also what was broken off is mended.
    await Promise.all(round.map((drill) => drill.end(system)));
  }
  say('mended');
  const whenGone = { withinMs: limits.resolvesWithinMs, signal };
  return Promise.all(
    fired.flat().map(async ({ expected, cause, after }) => {
      const gone = secondsUntil(prometheus, (alerts) => !isAmong(alerts, expected), whenGone);
      const firedAfterS = await after;
      const resolvedAfterS = await gone;
      const seen = { alert: nameOf(expected), cause };
      if (firedAfterS === undefined) return seen;
      return { ...seen, firedAfterS, ...(resolvedAfterS !== undefined && { resolvedAfterS }) };
    }),
  );
}

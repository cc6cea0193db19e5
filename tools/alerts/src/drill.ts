import { setTimeout as delay } from 'node:timers/promises';
import type { RunningStack } from '@waybill/demo';
import { projectRoot, run } from '@waybill/kit';
import { start, stop } from '@waybill/stack';
import type { Expected } from './firing.ts';

/** What a drill breaks, and mends. */
export interface DrilledSystem {
  readonly instance: string;
  readonly stack: RunningStack;
}

/** A fault, and the alerts that it must raise, and that must go when it is mended. */
export interface Drill {
  /** In some words, for people. */
  readonly what: string;
  readonly alerts: readonly Expected[];
  begin(system: DrilledSystem): Promise<void>;
  end(system: DrilledSystem): Promise<void>;
}

export const alert = (name: string, labels: Expected['labels'] = {}): Expected => ({ alert: name, labels });

/** `npm run stack -- ARG ...`, as a person would type it. What it printed. */
export const stackCommand = (instance: string, ...args: string[]): Promise<string> =>
  run(process.execPath, [`${projectRoot}/tools/stack/src/main.ts`, ...args, '--instance', instance]);

/** These processes are stopped, and started again. */
export const stopped = (what: string, names: readonly string[], alerts: readonly Expected[]): Drill => ({
  what,
  alerts,
  begin: async ({ instance }) => void (await Promise.all(names.map((name) => stop(name, instance)))),
  end: async ({ instance }) => void (await Promise.all(names.map((name) => start(name, instance)))),
});

/** A fault that somebody goes on making: `make` ends when it is told that it is time to mend, and leaves nothing broken. */
export function lasting(
  what: string,
  alerts: readonly Expected[],
  make: (system: DrilledSystem, mend: AbortSignal) => Promise<void>,
): Drill {
  let mend = new AbortController();
  let made = Promise.resolve();
  return {
    what,
    alerts,
    begin: async (system) => {
      mend = new AbortController();
      made = make(system, mend.signal);
      // Told by `end`, and not before.
      made.catch(() => undefined);
    },
    end: () => {
      mend.abort();
      return made;
    },
  };
}

/** Passes after this time, or when it is time to mend. */
export const pause = (ms: number, mend: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal: mend }).catch(() => undefined);

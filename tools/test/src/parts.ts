import { broken, LONG_PAUSE_S, type Suite, watchPauses } from '@waybill/kit';

/** A part of the whole. With `only`, those of its suites are enough. */
export interface Part {
  readonly name: string;
  readonly run: (only?: readonly string[]) => Promise<Suite | readonly Suite[]>;
}

/** What a part came to. */
export interface Ran {
  readonly part: Part;
  readonly suites: readonly Suite[];
  /** Why the machine may be what failed, and not the code. */
  readonly excuse: string | undefined;
}

interface Around {
  /** Whether other parts run at the same time. */
  readonly beside: boolean;
  /** Begins to look for how many seconds the machine stands still, and answers at the end. */
  readonly watch?: () => () => number;
}

/** A part that fails does not keep the next one from telling its own problems. */
export async function runInTurn(parts: readonly Part[], { beside, watch = watchPauses }: Around): Promise<readonly Ran[]> {
  const ran: Ran[] = [];
  for (const part of parts) {
    const stoodStillS = watch();
    const suites = await suitesOf(part);
    ran.push({ part, suites, excuse: excuseOf(stoodStillS(), beside) });
  }
  return ran;
}

/**
 * Runs once more, with nothing beside it, what has failed while the machine had an excuse. The second run counts, and its row says so.
 * What failed without an excuse stays as it is.
 */
export async function onceMore(ran: readonly Ran[], signal: AbortSignal): Promise<readonly Suite[]> {
  const all: Suite[] = [];
  for (const { part, suites, excuse } of ran) {
    const failed = suites.filter((suite) => suite.failed > 0).map(({ name }) => name);
    if (failed.length === 0 || excuse === undefined || signal.aborted) {
      all.push(...suites);
      continue;
    }
    console.log(`\n${failed.join(', ')}: once more and alone, because ${excuse} while it failed`);
    const again = (await suitesOf(part, failed)).map((suite) => ({
      ...suite,
      note: `the second run, because ${excuse}${suite.note ? `: ${suite.note}` : ''}`,
    }));
    const replaced = new Set([...failed, ...again.map(({ name }) => name)]);
    all.push(...suites.filter(({ name }) => !replaced.has(name)), ...again);
  }
  return all;
}

const suitesOf = async ({ name, run }: Part, only?: readonly string[]): Promise<readonly Suite[]> =>
  [await run(only).catch((error: unknown) => broken(name, String(error)))].flat();

function excuseOf(stoodStillS: number, beside: boolean): string | undefined {
  if (stoodStillS >= LONG_PAUSE_S) return `the machine stood still for ${stoodStillS.toFixed(1)} s`;
  return beside ? 'other parts ran beside it' : undefined;
}

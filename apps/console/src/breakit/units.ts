import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { Problem } from '../problem.js';
import type { Supervisor } from './supervisor.js';

export const ACTS = ['kill', 'suspend', 'resume', 'stop', 'start'] as const;
export type Act = (typeof ACTS)[number];

const STATUS_WITHIN_MS = 3_000;
/** A clean stop may take 35 s, and Kafka some time until it is ready. */
const ACT_WITHIN_MS = 90_000;
/** The page hears at once what became of an act, if it does not take longer. */
const TOLD_AT_ONCE_MS = 1_500;

const units = z.array(
  z.object({
    name: z.string(),
    group: z.enum(['replica', 'server']),
    acts: z.array(z.enum(ACTS)),
    state: z.string(),
    healthy: z.boolean(),
    pid: z.number().nullable(),
    restarts: z.number(),
  }),
);

/** The newest act on a process, and what the supervisor said when it was done. */
export interface Done {
  readonly act: Act;
  readonly at: number;
  readonly said?: string;
  readonly failed?: string;
}

export type Unit = z.infer<typeof units>[number] & { readonly done?: Done };

/** The processes that may be broken. Which ones and how, the supervisor says. */
export class Units {
  readonly #done = new Map<string, Done>();

  constructor(private readonly supervisor: Pick<Supervisor, 'ask'>) {}

  async list(): Promise<readonly Unit[]> {
    const read = units.safeParse(await this.supervisor.ask('status', '', STATUS_WITHIN_MS));
    if (!read.success) throw new Problem(502, 'The supervisor answers with what the console cannot read.');
    return read.data.map((unit) => {
      const done = this.#done.get(unit.name);
      return { ...unit, ...(done && { done }) };
    });
  }

  /** Resolves when it is done, or after a moment when it takes longer: the list tells the rest. Throws what was said at once. */
  async act(name: string, act: Act): Promise<Done> {
    const before = this.#done.get(name);
    if (before && before.said === undefined && before.failed === undefined)
      throw new Problem(409, `${name}: ${before.act} is still under way.`);
    const at = Date.now();
    const asked = { act, at };
    this.#done.set(name, asked);
    const finished = this.supervisor.ask(act, name, ACT_WITHIN_MS).then(
      (said): Done => ({ ...asked, said: String(said) }),
      (error: Problem): Done => ({ ...asked, failed: error.detail ?? error.message }),
    );
    const noted = finished.then((done) => {
      this.#done.set(name, done);
      return done;
    });
    const done = await Promise.race([noted, delay(TOLD_AT_ONCE_MS, asked, { ref: false })]);
    if ('failed' in done && done.failed !== undefined) throw new Problem(409, done.failed);
    return done;
  }
}

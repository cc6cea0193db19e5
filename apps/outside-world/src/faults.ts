import { z } from 'zod';

/** How often something happens: 0 never, 1 with every call, 0.1 with every tenth by chance. */
const share = z.number().min(0).max(1).default(0);

const faultsOfOne = z.strictObject({
  /** The effect happens at once, the answer comes this much later. */
  slowMs: z.int().min(0).max(60_000).default(0),
  /** Turned away without an effect: HTTP 503, SMTP 451. */
  refuse: share,
  /** The effect happens, then the connection is destroyed in place of the answer. */
  loseAnswer: share,
  /** The call arrives twice. */
  duplicate: share,
  /** Every connection is destroyed; nothing is received and no line is written. */
  down: z.boolean().default(false),
});

export const faultSettings = z.strictObject({ provider: faultsOfOne.prefault({}), mail: faultsOfOne.prefault({}) });

export type FaultSettings = z.infer<typeof faultSettings>;

/** What is switched on now. Nothing of it is kept: a restart heals everything. */
export class FaultSwitch {
  settings: FaultSettings = faultSettings.parse({});

  /** What happens to one call. */
  draw(whose: keyof FaultSettings) {
    const { slowMs, refuse, loseAnswer, duplicate, down } = this.settings[whose];
    return { slowMs, down, refuse: hits(refuse), loseAnswer: hits(loseAnswer), duplicate: hits(duplicate) };
  }
}

const hits = (share: number) => Math.random() < share;

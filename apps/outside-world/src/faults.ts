import { z } from 'zod';

const shareRule = 'must be a share of the calls: a number from 0 (never) to 1 (every call), such as 0.2';
/** How often something happens: 0 never, 1 with every call, 0.1 with every tenth by chance. */
const share = z.number(shareRule).min(0, shareRule).max(1, shareRule);

const msRule = (least: number, most: number) => `must be a whole number of milliseconds from ${least} to ${most}`;
const ms = (least: number, most: number) =>
  z.int(msRule(least, most)).min(least, msRule(least, most)).max(most, msRule(least, most));

const onOff = z.boolean('must be true or false');

const ofBoth = {
  /** The effect happens at once, the answer comes this much later. */
  slowMs: ms(0, 60_000).default(0),
  /** The share of calls that `slowMs` is for. */
  slowShare: share.default(1),
  /** Turned away without an effect, for now: HTTP 503, SMTP 451. */
  refuse: share.default(0),
  /** The connection is destroyed without an effect. */
  loseCall: share.default(0),
  /** The effect happens, then the connection is destroyed in place of the answer. */
  loseAnswer: share.default(0),
  /** The call arrives twice. */
  duplicate: share.default(0),
  /** Every connection is destroyed; nothing is received and no line is written. */
  down: onOff.default(false),
};

export const KEY_RULES = ['replay-everything', 'replay-successes', 'expire'] as const;

const ofProvider = {
  ...ofBoth,
  /** A charge is on its way for this long before it is received; a look-up or a reversal overtakes it. */
  delayMs: ms(0, 60_000).default(0),
  /** The share of charges that `delayMs` is for. */
  delayShare: share.default(1),
  /** HTTP 429, without an effect. */
  tooMany: share.default(0),
  /** HTTP 500, without an effect. */
  failBefore: share.default(0),
  /** The effect happens, the answer is HTTP 500. */
  failAfter: share.default(0),
  /** What a repeated Idempotency-Key brings. */
  keys: z.enum(KEY_RULES, `must be one of ${KEY_RULES.join(', ')}`).default('replay-successes'),
  /** With `expire`: how long after its first answer a key is known. */
  keysExpireMs: ms(1, 86_400_000).default(5_000),
};

const ofMail = {
  ...ofBoth,
  /** Turned away for good: SMTP 554. */
  reject: share.default(0),
};

/** An object of these settings and no others. Its errors say what is allowed. */
function settings<Shape extends z.ZodRawShape>(shape: Shape) {
  const allowed = `allowed are ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${issue.keys.join(', ')}: no such setting, ${allowed}`
        : `must be an object: ${allowed}`,
  });
}

const seedRule = 'must be a whole number from 0 to 4294967295';

export const faultSettings = settings({
  /** With the same seed the n-th call after `PUT /faults` meets the same faults each time. */
  seed: z
    .int(seedRule)
    .min(0, seedRule)
    .max(2 ** 32 - 1, seedRule)
    .optional(),
  provider: settings(ofProvider).prefault({}),
  mail: settings(ofMail).prefault({}),
});

export type FaultSettings = z.infer<typeof faultSettings>;

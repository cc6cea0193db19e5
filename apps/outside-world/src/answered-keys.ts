import type { ChargeLine } from './charge-line.js';
import type { KEY_RULES } from './faults.js';

/** What a provider makes of an Idempotency-Key that it has seen before. */
export interface KeyRule {
  readonly keys: (typeof KEY_RULES)[number];
  readonly keysExpireMs: number;
}

interface Answer {
  readonly line: ChargeLine;
  readonly atMs: number;
}

/**
 * What the provider answered to each key. It keeps both the first answer and the first success under every rule, so that the
 * rule can change between two calls.
 */
export class AnsweredKeys {
  private readonly first = new Map<string, Answer>();
  private readonly success = new Map<string, Answer>();

  /** The line whose answer this key gets again; undefined for a call that counts as a new one. */
  recall(key: string, { keys, keysExpireMs }: KeyRule, at: string): ChargeLine | undefined {
    if (keys === 'replay-everything') return this.first.get(key)?.line;
    const known = this.success.get(key);
    if (!known || keys === 'replay-successes') return known?.line;
    return Date.parse(at) < known.atMs + keysExpireMs ? known.line : undefined;
  }

  /** True for a key with a success that `recall` may have let expire. */
  has(key: string): boolean {
    return this.success.has(key);
  }

  /** Keeps the answer of a call. `answer` is the line that it says: an earlier one, if the call repeats that. */
  take(line: ChargeLine, answer: ChargeLine): void {
    const key = line.idempotencyKey!;
    const atMs = Date.parse(line.at);
    if (line.renewsKey) {
      this.first.delete(key);
      this.success.delete(key);
    }
    const failed = line.status !== undefined;
    if (!this.first.has(key)) this.first.set(key, { line: failed ? line : answer, atMs });
    if (!failed && !this.success.has(key)) this.success.set(key, { line: answer, atMs });
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { audit } from './audit.ts';
import type { Evidence } from './evidence.ts';

/** How long to wait for what is under way, and how often to look. */
export interface Patience {
  readonly graceMs: number;
  readonly lookEveryMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Audits a system that may be at work: messages under way look like violations and are gone at the next look. What stands in
 * every look for `graceMs` is one. Resolves as soon as nothing stands.
 */
export async function auditWhenQuiet(
  read: () => Promise<Evidence>,
  { graceMs, lookEveryMs = 500, signal }: Patience,
): Promise<{ evidence: Evidence; violations: string[] }> {
  const until = Date.now() + graceMs;
  let standing: string[] | undefined;
  for (;;) {
    const evidence = await read();
    const found = new Set(audit(evidence));
    standing = standing?.filter((violation) => found.has(violation)) ?? [...found];
    if (standing.length === 0 || Date.now() >= until) return { evidence, violations: standing };
    await delay(lookEveryMs, undefined, signal ? { signal } : {});
  }
}

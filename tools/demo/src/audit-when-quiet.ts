import { setTimeout as delay } from 'node:timers/promises';
import { audit } from './audit.ts';
import type { Evidence } from './evidence.ts';
import { subjectOf } from './finding.ts';

/** How long to wait for what is under way, and how often to look. */
export interface Patience {
  readonly graceMs: number;
  readonly lookEveryMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Audits a system that may be at work: messages under way look like violations and are gone at a later look. An order is reported
 * when something is wrong with it in every look for `graceMs`, be it one thing first and another one then. Resolves as soon as a
 * look finds nothing, and otherwise when it is known of everything that was found in the first `graceMs` whether it stays; what
 * orders that come later are about is not waited for.
 */
export async function auditWhenQuiet(
  read: () => Promise<Evidence>,
  { graceMs, lookEveryMs = 500, signal }: Patience,
): Promise<{ evidence: Evidence; violations: string[] }> {
  const until = Date.now() + graceMs;
  let wrongSince = new Map<string, number>();
  for (;;) {
    const evidence = await read();
    const found = audit(evidence);
    const now = Date.now();
    wrongSince = new Map(found.map(subjectOf).map((subject) => [subject, wrongSince.get(subject) ?? now]));
    const stays = (since: number) => now - since >= graceMs;
    if ([...wrongSince.values()].every((since) => since > until || stays(since))) {
      return { evidence, violations: found.filter((violation) => stays(wrongSince.get(subjectOf(violation))!)) };
    }
    await delay(lookEveryMs, undefined, signal ? { signal } : {});
  }
}

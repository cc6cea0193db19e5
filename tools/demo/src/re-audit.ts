import { writeFileSync } from 'node:fs';
import { rowsOf, type Row } from './audit.ts';
import { auditWhenQuiet } from './audit-when-quiet.ts';
import type { Options } from './options.ts';
import { printViolations } from './print.ts';
import { readEvidence } from './read-evidence.ts';
import type { System } from './system.ts';

/** What `audit --json` writes. */
export interface AuditVerdict {
  readonly ok: boolean;
  readonly orders: number;
  readonly rows: readonly Row[];
}

/** `npm run demo -- audit`: the same audit over everything that has happened so far, while the system runs. */
export async function reAudit(system: System, { patience, json }: Pick<Options, 'patience' | 'json'>): Promise<number> {
  const stack = await system.running();
  const { evidence, violations } = await auditWhenQuiet(() => readEvidence(stack), { graceMs: patience * 1_000 });
  const { orders, charges, deliveries } = evidence;
  const verdict: AuditVerdict = { ok: violations.length === 0, orders: orders.length, rows: rowsOf(evidence, violations) };
  if (json) writeFileSync(json, `${JSON.stringify(verdict, null, 2)}\n`);
  console.log(`Looked at ${orders.length} orders, ${charges.length} calls to the provider and ${deliveries.length} mails.`);
  printViolations(violations);
  return verdict.ok ? 0 : 1;
}

import { auditWhenQuiet } from './audit-when-quiet.ts';
import { printViolations } from './print.ts';
import { readEvidence } from './read-evidence.ts';
import type { System } from './system.ts';

/** An order that is under way settles in well under a second; a killed service is back after some seconds. */
const GRACE_MS = 10_000;

/** `npm run demo -- audit`: the same audit over everything that has happened so far, while the system runs. */
export async function reAudit(system: System): Promise<number> {
  const stack = await system.running();
  const { evidence, violations } = await auditWhenQuiet(() => readEvidence(stack), { graceMs: GRACE_MS });
  const { orders, charges, deliveries } = evidence;
  console.log(`Looked at ${orders.length} orders, ${charges.length} calls to the provider and ${deliveries.length} mails.`);
  printViolations(violations);
  return violations.length === 0 ? 0 : 1;
}

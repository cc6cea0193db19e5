import { auditLeftovers } from './audit-leftovers.ts';
import { auditLedgers } from './audit-ledgers.ts';
import { auditMails } from './audit-mails.ts';
import { auditMoney } from './audit-money.ts';
import { auditOrders } from './audit-orders.ts';
import type { Evidence } from './evidence.ts';
import { DAMAGES, type Damage, type Finding, subjectOf } from './finding.ts';

/** What is looked at, one after the other, and how much of it there is. */
const CHECKS = [
  {
    check: 'requests and orders',
    find: auditOrders,
    looked: ({ requests, orders }: Evidence) => requests.length + orders.length,
  },
  { check: 'money', find: auditMoney, looked: ({ charges, payments }: Evidence) => charges.length + payments.length },
  { check: 'mails', find: auditMails, looked: ({ deliveries, mails }: Evidence) => deliveries.length + mails.length },
  { check: 'ledgers', find: auditLedgers, looked: ({ charges, deliveries }: Evidence) => charges.length + deliveries.length },
  {
    check: 'leftovers',
    find: auditLeftovers,
    looked: ({ outbox, parked, scheduled }: Evidence) => outbox.length + parked.length + scheduled.length,
  },
] as const;

/** One check of the audit: what it looked at, and what does not add up. */
export interface Row {
  readonly check: (typeof CHECKS)[number]['check'];
  /** So many requests, rows and lines of ledgers. */
  readonly looked: number;
  readonly violations: readonly string[];
}

/** Everything that does not add up, one sentence each, naming the order. An empty list: every order is accounted for. */
export const audit = (evidence: Evidence): string[] => findings(evidence).map(({ sentence }) => sentence);

const findings = (evidence: Evidence) => CHECKS.flatMap(({ find }) => find(evidence));

/** The audit check by check. Of what it finds those are told that `violations` has: the others were under way. */
export function rowsOf(evidence: Evidence, violations: readonly string[]): Row[] {
  const stays = new Set(violations);
  return CHECKS.map(({ check, find, looked }) => ({
    check,
    looked: looked(evidence),
    violations: find(evidence)
      .map(({ sentence }) => sentence)
      .filter((sentence) => stays.has(sentence)),
  }));
}

/**
 * How many orders each kind of damage has met, of what `violations` has: an order that met two kinds counts in both. `seen` is what
 * was seen while it happened, and has left nothing behind; what nobody answered counts requests.
 */
export function damageOf(
  evidence: Evidence,
  violations: readonly string[],
  seen: readonly Finding[] = [],
): Record<Damage, number> {
  const stays = new Set(violations);
  const real = [...findings(evidence).filter(({ sentence }) => stays.has(sentence)), ...seen];
  const ordersWith = (damage: Damage) =>
    new Set(real.filter((each) => each.damage === damage).map(({ sentence }) => subjectOf(sentence))).size;
  return Object.fromEntries(DAMAGES.map((damage) => [damage, ordersWith(damage)])) as Record<Damage, number>;
}

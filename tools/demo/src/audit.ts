import { auditLeftovers } from './audit-leftovers.ts';
import { auditLedgers } from './audit-ledgers.ts';
import { auditMails } from './audit-mails.ts';
import { auditMoney } from './audit-money.ts';
import { auditOrders } from './audit-orders.ts';
import type { Evidence } from './evidence.ts';

/** Everything that does not add up, one sentence each, naming the order. An empty list: every order is accounted for. */
export const audit = (evidence: Evidence): string[] => [
  ...auditOrders(evidence),
  ...auditMoney(evidence),
  ...auditMails(evidence),
  ...auditLedgers(evidence),
  ...auditLeftovers(evidence),
];

import type { Evidence } from './evidence.ts';
import { wrong, type Finding } from './finding.ts';

/** Every line of a ledger is there: they are numbered without a gap. */
export const auditLedgers = ({ charges, deliveries }: Evidence): Finding[] => [
  ...gaps(
    "provider's",
    charges.map(({ seq, reference }) => ({ seq, order: reference })),
  ),
  ...gaps(
    "mail server's",
    deliveries.map(({ seq, orderId }) => ({ seq, order: orderId })),
  ),
];

const gaps = (whose: string, lines: readonly { seq: number; order: string | null }[]): Finding[] =>
  lines.flatMap(({ seq, order }, index) => {
    const expected = (lines[index - 1]?.seq ?? 0) + 1;
    return seq === expected
      ? []
      : [wrong(`The ${whose} ledger has line ${seq} (order ${order}) where line ${expected} should be.`)];
  });

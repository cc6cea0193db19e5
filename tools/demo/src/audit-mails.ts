import type { DeliveryLine, Evidence, MailRow, OrderRow } from './evidence.ts';
import { doubled, lost, stuck, wrong, type Finding } from './finding.ts';
import { groupBy } from './group-by.ts';

/** One mail per final outcome, none for anything that did not happen: the mail server's ledger against orders and mails. */
export function auditMails({ orders, mails, deliveries }: Evidence): Finding[] {
  const delivered = deliveries.filter(({ effect }) => effect);
  const deliveredTo = groupBy(delivered, (line) => line.orderId);
  const rowsOf = groupBy(mails, (mail) => mail.orderId);
  const known = new Set(orders.map(({ id }) => id));
  return [
    ...orders.flatMap((order) => auditOrder(order, deliveredTo(order.id), rowsOf(order.id))),
    ...delivered
      .filter(({ orderId }) => orderId === null || !known.has(orderId))
      .map(({ seq, orderId, to }) =>
        wrong(`Order ${orderId ?? '(none named)'} is not in the database, but ${to} got a mail about it (line ${seq}).`),
      ),
  ];
}

function auditOrder(order: OrderRow, delivered: readonly DeliveryLine[], rows: readonly MailRow[]): Finding[] {
  const { id, status, history, email } = order;
  if (status !== 'confirmed' && status !== 'cancelled') return [];
  // Nobody is mailed about an order whose customer was erased; what was mailed before is right.
  if (email === null) return [];
  const about = (outcome: string) => delivered.filter(({ messageId }) => outcomeOf(messageId) === outcome);
  const times = about(status).length;
  const unfounded = delivered.filter(({ messageId }) => !history.includes(outcomeOf(messageId)));
  const earlier = [...new Set(history)].filter((state) => state !== status && about(state).length > 1);
  const row = rows.find(({ outcome }) => outcome === status);
  return [
    ...(times === 0 ? [lost(`Order ${id} is ${status}, but ${email} got no mail about it.`)] : []),
    ...(times > 1 ? [doubled(`Order ${id} is ${status}, and ${email} got ${times} mails about it.`)] : []),
    ...earlier.map((state) => doubled(`Order ${id} was ${state}, and ${email} got ${about(state).length} mails about it.`)),
    ...unfounded.map(({ seq, messageId }) =>
      wrong(`Order ${id} was never what a mail says about it: ${messageId} (line ${seq}).`),
    ),
    ...delivered
      .filter(({ to }) => mailbox(to) !== mailbox(email))
      .map(({ to, seq }) => wrong(`Order ${id} belongs to ${email}, but ${to} got a mail about it (line ${seq}).`)),
    ...(row?.status === 'sent'
      ? []
      : [stuck(`Order ${id} is ${status}, but the mail about it is ${row?.status ?? 'not known'} in the database.`)]),
  ];
}

/** The Message-ID of a mail is `<ORDER.OUTCOME@...>`. */
const outcomeOf = (messageId: string | null): string => /\.(\w+)@/.exec(messageId ?? '')?.[1] ?? 'nothing';

/** An address as mail servers compare it: its domain is the same in every spelling, and mailers write it small (RFC 5321, 2.4). */
function mailbox(address: string): string {
  const at = address.lastIndexOf('@');
  return address.slice(0, at) + address.slice(at).toLowerCase();
}

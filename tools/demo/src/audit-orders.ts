import type { ClientRecord, Evidence, Line, OrderRow } from './evidence.ts';
import { doubled, lost, outOfOrder, stuck, unanswered, wrong, type Finding } from './finding.ts';
import { groupBy } from './group-by.ts';

/** Where an order may go from each state. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  placed: ['confirmed', 'cancelling', 'cancelled'],
  confirmed: ['cancelling'],
  cancelling: ['cancelled'],
};

/** What was accepted exists, once, as it was sent and answered; and every order that exists is settled, by a way that there is. */
export function auditOrders({ requests, orders }: Evidence): Finding[] {
  const ordersOf = groupBy(orders, (order) => order.customerId);
  // An order of a customer who was erased is under a pseudonym: only its own id leads to it.
  const erased = new Map(orders.filter(({ email }) => email === null).map((order) => [order.id, order]));
  return [
    ...requests.flatMap((request) => auditRequest(request, ordersOf, erased)),
    ...orders
      .filter(({ status }) => status !== 'confirmed' && status !== 'cancelled')
      .map(({ id, status }) => stuck(`Order ${id} is not settled: it is still ${status}.`)),
    ...orders.filter((order) => !cameALegalWay(order)).map(wrongWay),
  ];
}

const cameALegalWay = ({ status, history }: OrderRow) =>
  history[0] === 'placed' &&
  history.at(-1) === status &&
  history.slice(1).every((state, index) => NEXT[history[index]!]?.includes(state));

const wrongWay = ({ id, status, history }: OrderRow) =>
  outOfOrder(`Order ${id} is ${status}, and came there by ${history.join(', ')}.`);

function auditRequest(
  request: ClientRecord,
  ordersOf: (customerId: string) => Evidence['orders'],
  erased: ReadonlyMap<string, OrderRow>,
): Finding[] {
  const [body, ...others] = request.answers;
  if (body === undefined)
    return [unanswered(`The request with key ${request.key} was not accepted: ${request.failure ?? 'no answer'}.`)];

  const said = JSON.parse(body) as { id: string; total: number; currency: string };
  const different = others.filter((other) => other !== body);
  // Each request of the demo names another customer: two orders of one customer are one request that ran twice.
  const found = ordersOf(request.customerId);
  const order = found.find(({ id }) => id === said.id) ?? erased.get(said.id);
  return [
    ...different.map((other) => doubled(`Order ${said.id} was sent twice with one key and answered differently: ${other}`)),
    ...found
      .filter(({ id }) => id !== said.id)
      .map(({ id }) => doubled(`Order ${id} is a second order for the request that made order ${said.id}.`)),
    ...(order ? [] : [lost(`Order ${said.id} was accepted but is not in the database.`)]),
    ...(order && request.cancelled && order.status === 'confirmed'
      ? [lost(`Order ${said.id} was cancelled by its customer, and is confirmed.`)]
      : []),
    ...(order && !request.failure ? auditOutcome(request, order) : []),
    ...(request.failure ? [unanswered(`Order ${said.id} was accepted, but then: ${request.failure}.`)] : []),
    ...(order && (order.total !== said.total || order.currency !== said.currency)
      ? [
          wrong(
            `Order ${said.id} was accepted for ${said.total} ${said.currency}, but the database says ${order.total} ${order.currency}.`,
          ),
        ]
      : []),
    ...(order && order.email !== null && order.email !== request.email
      ? [wrong(`Order ${said.id} belongs to ${request.email}, but the database says ${order.email}.`)]
      : []),
    ...(order ? auditContent(request, order) : []),
  ];
}

/** No method but one is declined, and no deadline passes while the provider is there: anything else that cancels is a fault. */
function auditOutcome({ cancelled, paymentMethod }: ClientRecord, { id, status, reason, email }: OrderRow): Finding[] {
  const mayBeCancelled =
    cancelled || (email === null && reason === null) || paymentMethod === 'pm_declined' || reason === 'cancelled by the customer';
  return status === 'cancelled' && !mayBeCancelled
    ? [lost(`Order ${id} should have been confirmed, and is cancelled: ${reason}.`)]
    : [];
}

function auditContent(request: ClientRecord, { id, lines, paymentMethod, total }: OrderRow): Finding[] {
  const priced = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const wanted = inWords(request.lines ?? lines);
  return [
    ...(inWords(lines) === wanted ? [] : [wrong(`Order ${id} is for ${wanted}, but the database says ${inWords(lines)}.`)]),
    ...(priced === total ? [] : [wrong(`Order ${id} costs ${total}, but its lines come to ${priced}.`)]),
    ...(paymentMethod === null || paymentMethod === request.paymentMethod
      ? []
      : [wrong(`Order ${id} is to be paid by ${request.paymentMethod}, but the database says ${paymentMethod}.`)]),
  ];
}

const inWords = (lines: readonly Line[]) => lines.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', ');

import type { ClientRecord, Evidence } from './evidence.ts';
import { groupBy } from './group-by.ts';

/** What was accepted exists, once, as it was answered; and every order that exists is settled. */
export function auditOrders({ requests, orders }: Evidence): string[] {
  const ordersOf = groupBy(orders, (order) => order.customerId);
  return [
    ...requests.flatMap((request) => auditRequest(request, ordersOf)),
    ...orders
      .filter(({ status }) => status !== 'confirmed' && status !== 'cancelled')
      .map(({ id, status }) => `Order ${id} is not settled: it is still ${status}.`),
  ];
}

function auditRequest(request: ClientRecord, ordersOf: (customerId: string) => Evidence['orders']): string[] {
  const [body, ...others] = request.answers;
  if (body === undefined) return [`The request with key ${request.key} was not accepted: ${request.failure ?? 'no answer'}.`];

  const said = JSON.parse(body) as { id: string; total: number; currency: string };
  const different = others.filter((other) => other !== body);
  // Every request of the demo has a customer of its own: two orders of one customer are one request that ran twice.
  const found = ordersOf(request.customerId);
  const [order] = found.filter(({ id }) => id === said.id);
  return [
    ...different.map((other) => `Order ${said.id} was sent twice with one key and answered differently: ${other}`),
    ...found
      .filter(({ id }) => id !== said.id)
      .map(({ id }) => `Order ${id} is a second order for the request that made order ${said.id}.`),
    ...(order ? [] : [`Order ${said.id} was accepted but is not in the database.`]),
    ...(order && request.cancelled && order.status === 'confirmed'
      ? [`Order ${said.id} was cancelled by its customer, and is confirmed.`]
      : []),
    ...(request.failure ? [`Order ${said.id} was accepted, but then: ${request.failure}.`] : []),
    ...(order && (order.total !== said.total || order.currency !== said.currency)
      ? [
          `Order ${said.id} was accepted for ${said.total} ${said.currency}, but the database says ${order.total} ${order.currency}.`,
        ]
      : []),
    ...(order && order.email !== request.email
      ? [`Order ${said.id} belongs to ${request.email}, but the database says ${order.email}.`]
      : []),
  ];
}

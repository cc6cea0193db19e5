import { ask } from '../shared/ask.ts';
import { askSigned } from './sign-in/signed-in.ts';

// The shapes of docs/openapi.json, as far as the shop reads them.
export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly unitPrice: number;
  readonly currency: string;
}

export type Status = 'placed' | 'confirmed' | 'cancelling' | 'cancelled';

export interface Order {
  readonly id: string;
  readonly status: Status;
  readonly total: number;
  readonly currency: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly name: string;
    readonly quantity: number;
    readonly unitPrice: number;
  }[];
  readonly reason?: string;
  readonly version: number;
  readonly placedAt: string;
  readonly updatedAt: string;
}

export interface OrderPage {
  readonly orders: readonly Order[];
  readonly next?: string;
}

export interface State {
  readonly version: number;
  readonly status: Status;
  readonly at: string;
}

export interface Mail {
  readonly outcome: 'confirmed' | 'cancelled';
  readonly status: 'sending' | 'sent' | 'superseded' | 'refused';
  readonly sentAt?: string;
}

export interface OrderRequest {
  readonly customerId: string;
  /** The one that the issuer has verified. A person without one cannot order, and is told so by the service. */
  readonly email?: string;
  readonly currency: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
}

/** A money movement or a mail may still follow: look again soon. */
export const isUnderWay = ({ status }: Pick<Order, 'status'>): boolean => status === 'placed' || status === 'cancelling';

export const readProducts = (signal: AbortSignal) => ask<Product[]>('/api/products', { signal });

export const readOrders = (customerId: string, { limit, cursor }: { limit: number; cursor?: string }, signal?: AbortSignal) =>
  askSigned<OrderPage>(
    `/api/orders?${new URLSearchParams({ customerId, limit: String(limit), ...(cursor && { cursor }) })}`,
    signal ? { signal } : {},
  );

/** One order with all that its customer may know of it. */
export async function readOrder(id: string, signal: AbortSignal) {
  const read = <T>(path: string) => askSigned<T>(path, { signal });
  const [order, history, mails] = await Promise.all([
    read<Order>(`/api/orders/${id}`),
    read<State[]>(`/api/orders/${id}/history`),
    // Another service: the order is shown without it, too.
    read<Mail[]>(`/api/notifications?orderId=${id}`).catch(() => undefined),
  ]);
  return { order, history, mails };
}
export type WholeOrder = Awaited<ReturnType<typeof readOrder>>;

/** Sent any number of times with the same key, it is one order. */
export const placeOrder = (request: OrderRequest, key: string) =>
  askSigned<Order>('/api/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(request),
  });

/** Sent twice it is the same as once. */
export const cancelOrder = (id: string) => askSigned<Order>(`/api/orders/${id}/cancel`, { method: 'POST' });

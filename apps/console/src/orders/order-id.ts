import { orderId } from '@waybill/contracts';
import { Problem } from '../problem.js';

/** The id in its one form. Throws a Problem for what is none. */
export function orderIdIn(text: string): string {
  const read = orderId.safeParse(text);
  if (!read.success) throw new Problem(404, 'That is not the id of an order.');
  return read.data;
}

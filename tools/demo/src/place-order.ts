import type { ClientRecord } from './evidence.ts';
import { get, post } from './careful-client.ts';
import type { OrderRequest } from './order-request.ts';

/**
 * Sends an order until it is accepted, a second time if it says so, and cancels it if its customer thinks better of it.
 * Never throws but when it is aborted.
 */
export async function placeOrder(edge: string, request: OrderRequest, signal: AbortSignal): Promise<ClientRecord> {
  const { key, twice, cancel, body } = request;
  const { customerId, email, paymentMethod } = body;
  const answers: string[] = [];
  const sendOnce = async () => void answers.push(await post(`${edge}/api/orders`, signal, { key, body }));
  let cancelled = false;
  let failure: string | undefined;
  try {
    await (twice === 'at the same time' ? Promise.all([sendOnce(), sendOnce()]) : sendOnce());
    if (twice === 'afterwards') await sendOnce();
    if (cancel !== 'no') cancelled = await cancelOrder(edge, (JSON.parse(answers[0]!) as { id: string }).id, cancel, signal);
  } catch (error) {
    signal.throwIfAborted();
    failure = (error as Error).message;
  }
  const acceptedAt = new Date().toISOString();
  return { key, customerId, email, paymentMethod, acceptedAt, answers, cancelled, ...(failure && { failure }) };
}

async function cancelOrder(edge: string, id: string, when: OrderRequest['cancel'], signal: AbortSignal): Promise<boolean> {
  const order = `${edge}/api/orders/${id}`;
  if (when === 'when it is confirmed')
    await get(order, signal, (answer) => (answer as { status: string }).status === 'confirmed');
  await post(`${order}/cancel`, signal);
  return true;
}

import { CarefulClient } from './careful-client.ts';
import type { ClientRecord } from './evidence.ts';
import type { OrderRequest } from './order-request.ts';
import type { RunningStack } from './running-stack.ts';

/**
 * Sends an order until it is accepted, a second time if it says so, and cancels it if its customer thinks better of it.
 * Never throws but when it is aborted.
 */
export async function placeOrder(
  { edge, token }: Pick<RunningStack, 'edge' | 'token'>,
  request: OrderRequest,
  signal: AbortSignal,
  { accepted = () => {}, patienceMs }: { readonly accepted?: () => void; readonly patienceMs?: number | undefined } = {},
): Promise<ClientRecord> {
  const { key, twice, cancel, body } = request;
  const { customerId, email, lines, paymentMethod } = body;
  const client = new CarefulClient(signal, token, patienceMs);
  const answers: string[] = [];
  const sendOnce = async () => void answers.push(await client.post(`${edge}/api/orders`, { key, body }));
  let cancelled = false;
  let failure: string | undefined;
  try {
    await (twice === 'at the same time' ? Promise.all([sendOnce(), sendOnce()]) : sendOnce());
    accepted();
    if (twice === 'afterwards') await sendOnce();
    if (cancel !== 'no') {
      await cancelOrder(client, `${edge}/api/orders/${(JSON.parse(answers[0]!) as { id: string }).id}`, cancel);
      cancelled = true;
    }
  } catch (error) {
    signal.throwIfAborted();
    failure = (error as Error).message;
  }
  const acceptedAt = new Date().toISOString();
  const { repeated } = client;
  const record = { key, customerId, email, lines, paymentMethod, acceptedAt, answers, cancelled, repeated };
  return { ...record, ...(failure && { failure }) };
}

async function cancelOrder(client: CarefulClient, order: string, when: OrderRequest['cancel']): Promise<void> {
  if (typeof when === 'object') await client.pause(when.afterMs);
  if (when === 'when it is confirmed') await client.untilGet(order, (answer) => statusOf(answer) !== 'placed');
  await client.post(`${order}/cancel`);
}

const statusOf = (answer: unknown) => (answer as { status: string }).status;

import { disclosed } from '@waybill/demo';
import type { FaultRun } from './types.ts';

const STRANGER = 'customer-2';

/** Those of earlier runs on the same data were asked for then. */
const NEWEST = 'SELECT id FROM orders ORDER BY id DESC LIMIT 500';

/** What the public origin tells of an order. */
const QUESTIONS = ['/api/orders/', '/api/payments?orderId=', '/api/notifications?orderId='];

/** A customer who knows the ids of all orders asks for each: the ids are in links, logs and mails, and are no secret. */
export const strangers: FaultRun = {
  name: 'strangers',
  what: 'a customer asks for the order, the payment and the mails of everybody else: there is nothing to see',
  repeats: 'any',
  noMoreOrders: true,
  break: async ({ untilAccepted, fault, harm, problem, stack }) => {
    await untilAccepted(0.9);
    const orders = await stack.database('order', (query) => query<{ id: string }>(NEWEST));
    await fault(`${STRANGER} asks for ${orders.length} orders of others`, async () => {
      for (const { id } of orders)
        for (const question of QUESTIONS) {
          const headers = { authorization: `Bearer ${await stack.token(STRANGER)}` };
          const answer = await fetch(`${stack.edge}${question}${id}`, { headers });
          const seen = answer.ok && (await answer.text()) !== '[]';
          if (seen) harm(disclosed(`Order ${id} was shown to ${STRANGER}, who asked for ${question}...`));
          if (!answer.ok && answer.status !== 404) problem(`${question}${id} was answered with ${answer.status}`);
        }
    });
  },
};

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { orderExpire, paymentVoided } from '@waybill/contracts';
import { newId } from '@waybill/messaging';
import { eventually, ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, place } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
});
afterAll(() => service.close());

/** Makes all rows of an order so many days older, as if nothing had run since. The messages that it sent have left. */
async function placedBefore(days: number): Promise<string> {
  const { id } = await place(service);
  const earlier = `- interval '${days} days'`;
  await service.query(`UPDATE orders SET placed_at = placed_at ${earlier}, updated_at = updated_at ${earlier} WHERE id = $1`, [
    id,
  ]);
  await service.query(`UPDATE order_history SET at = at ${earlier} WHERE order_id = $1`, [id]);
  await service.query(`UPDATE idempotency_keys SET created_at = created_at ${earlier}`);
  await service.query(`DELETE FROM outbox WHERE key = $1`, [id]);
  const [timer] = await service.query<{ id: string; body: Buffer }>(
    `SELECT message_id AS id, body FROM scheduled WHERE key = $1`,
    [id],
  );
  const setAt = (Date.now() - days * 86_400_000).toString(16).padStart(12, '0');
  const oldId = `${setAt.slice(0, 8)}-${setAt.slice(8)}${timer!.id.slice(13)}`;
  const body = Buffer.from(timer!.body.toString().replace(timer!.id, oldId));
  await service.query(`UPDATE scheduled SET message_id = $2, body = $3, due_at = due_at ${earlier} WHERE key = $1`, [
    id,
    oldId,
    body,
  ]);
  return id;
}

/** The one message of a type that waits to leave, by its id. */
const leaving = (key: string, type: string) =>
  eventually(`${type} waits for its broker`, async () => {
    const rows = await service.query<{ id: string }>(`SELECT message_id AS id FROM outbox WHERE key = $1 AND type = $2`, [
      key,
      type,
    ]);
    return rows[0]?.id;
  });

test('an order of three weeks ago, in which nothing ran, is cancelled by its deadline all the same', async () => {
  const orderId = await placedBefore(21);
  const orderOf = async () => (await service.app.inject(`/api/orders/${orderId}`)).json<object>();
  expect(await orderOf()).toMatchObject({ status: 'placed' });

  const app = await service.replica();
  void app.startAllMicroservices();
  await service.deliver(orderExpire, { orderId }, await leaving(orderId, orderExpire.type), app);
  expect(await orderOf()).toMatchObject({ status: 'cancelling', version: 2 });
  await leaving(orderId, 'payment.cancel.v1');

  await service.deliver(paymentVoided, { ...paymentVoided.sample, orderId }, newId(), app);
  expect(await orderOf()).toMatchObject({ status: 'cancelled', version: 3, reason: 'no payment outcome in time' });
  expect(await service.parked()).toEqual([]);
  expect(await service.query(`SELECT 1 FROM scheduled WHERE key = $1`, [orderId])).toEqual([]);
});

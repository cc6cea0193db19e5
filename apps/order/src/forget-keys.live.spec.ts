import { expect, test } from '@jest/globals';
import { eventually, ServiceUnderTest } from '@waybill/testing';
import { orderService } from '../test/order-under-test.js';
import { FORGET, ForgetKeys } from './forget-keys.js';

const DUE = 300_000;
const YOUNG = 20_000;

// An hour of 80 orders a second, all of them due at once.
const KEYS = `
  INSERT INTO idempotency_keys (customer_id, key, fingerprint, answer, created_at)
  SELECT 'customer-' || n % 100, n::text, '\\x00', '{}', now() - $3::interval - n * interval '12 ms'
  FROM generate_series($1::int + 1, $2::int) AS n`;

test('300,000 keys that are older than a day are soon gone, two replicas at it, and the younger ones stay', async () => {
  const service = await ServiceUnderTest.make(orderService());
  const replicas = [service.app, await service.replica()];
  for (let n = 0; n < DUE; n += 50_000) await service.query(KEYS, [n, n + 50_000, '24 hours']);
  await service.query(KEYS, [DUE, DUE + YOUNG, '0']);
  await service.query(`ANALYZE idempotency_keys`);
  const plan = JSON.stringify(await service.query(`EXPLAIN ${FORGET}`));
  expect(plan).toContain('Index Scan using idempotency_keys_age');
  expect(plan).not.toContain('Seq Scan');
  expect(await service.app.get(ForgetKeys).forget()).toBeGreaterThan(0);

  // Not awaited: it resolves when the brokers are there.
  const started = replicas.map((replica) => replica.startAllMicroservices());
  try {
    const count = async () =>
      (
        await service.query<{ due: number; young: number }>(
          `SELECT (count(*) FILTER (WHERE created_at <= now() - interval '24 hours'))::int AS due,
             (count(*) FILTER (WHERE created_at > now() - interval '24 hours'))::int AS young FROM idempotency_keys`,
        )
      )[0]!;
    await eventually('no key is older than a day', async () => (await count()).due === 0, { timeoutMs: 120_000 });
    expect(await count()).toEqual({ due: 0, young: YOUNG });
  } finally {
    await service.close();
    await Promise.all(started);
  }
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ServiceUnderTest } from '@waybill/testing';
import { type App, orderService, twoMugs } from '../test/order-under-test.js';

let service: ServiceUnderTest<App>;
beforeAll(async () => {
  service = await ServiceUnderTest.make(orderService());
});
afterAll(() => service.close());

/** How often PostgreSQL has lacked each, as Prometheus would read it now. */
async function shortages(): Promise<Record<string, number>> {
  const { body } = await service.app.inject({ method: 'GET', url: '/metrics' });
  const series = body.matchAll(/^waybill_database_shortages_total\{resource="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...series].map(([, resource, count]) => [resource, Number(count)]));
}

test.each([
  ['53100', { disk: 1, memory: 0 }],
  ['58030', { disk: 1, memory: 0 }],
  ['53200', { disk: 0, memory: 1 }],
  ['53400', { disk: 0, memory: 0 }],
])('a refusal of the database with %s is counted as what it lacks', async (code, more) => {
  const before = await shortages();
  expect(Object.keys(before).sort()).toEqual(['disk', 'memory']);
  await service.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '${code}'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refuse()`);
  const headers = { 'idempotency-key': 'k' };
  await service.app.inject({ method: 'POST', url: '/api/orders', headers, payload: twoMugs });
  await service.query('DROP FUNCTION refuse CASCADE');
  const after = await shortages();
  expect({ disk: after['disk']! - before['disk']!, memory: after['memory']! - before['memory']! }).toEqual(more);
});

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { instanceOf, paths } from '@waybill/stack';
import pg from 'pg';

export interface Run {
  readonly edge: string;
  readonly orders: number;
  readonly inFlight: number;
  readonly instance: string | undefined;
}

export interface Result {
  readonly confirmed: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Keeps so many orders unsettled at a time. What is confirmed is read from the order database, every 20 ms. */
export async function confirmOrders({ edge, orders, inFlight, instance }: Run): Promise<Result> {
  const database = await orderDatabase(instance);
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const customer = `bench-${randomUUID()}`;
  const started = Date.now();
  let sent = 0;
  let confirmed = 0;
  const posting = new Set<Promise<void>>();
  while (confirmed < orders) {
    while (sent < orders && sent - confirmed < inFlight) {
      sent += 1;
      const post: Promise<void> = placeOrder(edge, agent, customer).finally(() => posting.delete(post));
      posting.add(post);
    }
    await Promise.race([Promise.all(posting), new Promise((resolve) => setTimeout(resolve, 20))]);
    const { rows } = await database.query(
      `SELECT count(*)::int AS n FROM orders WHERE customer_id = $1 AND status = 'confirmed'`,
      [customer],
    );
    confirmed = rows[0].n as number;
    if (Date.now() - started > 300_000) break;
  }
  const seconds = (Date.now() - started) / 1_000;
  await Promise.all(posting);
  const { rows } = await database.query(
    `SELECT percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM updated_at - placed_at) * 1000) AS ms
     FROM orders WHERE customer_id = $1 AND status = 'confirmed'`,
    [customer],
  );
  await database.end();
  agent.destroy();
  const [p50, p99] = (rows[0].ms as string[]).map((ms) => Math.round(Number(ms)));
  return { confirmed, perSecond: confirmed / seconds, p50Ms: p50!, p99Ms: p99! };
}

async function orderDatabase(instance: string | undefined): Promise<pg.Client> {
  const { postgres } = JSON.parse(readFileSync(paths(instanceOf(instance)).connections, 'utf8'));
  const client = new pg.Client({
    host: postgres.host,
    port: postgres.port,
    database: 'order',
    ...postgres.superuser,
  });
  await client.connect();
  return client;
}

function placeOrder(edge: string, agent: Agent, customerId: string): Promise<void> {
  const lines = [{ sku: 'mug-enamel', quantity: 1 }];
  const body = JSON.stringify({ customerId, email: 'bench@example.com', currency: 'EUR', lines, paymentMethod: 'pm_ok' });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'idempotency-key': randomUUID(),
  };
  return new Promise((resolve, reject) => {
    const post = request(`${edge}/api/orders`, { method: 'POST', agent, headers }, (response) => {
      response
        .resume()
        .once('end', () => (response.statusCode === 202 ? resolve() : reject(new Error(`POST answered ${response.statusCode}`))));
    });
    post.once('error', reject);
    post.end(body);
  });
}

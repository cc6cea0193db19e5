import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { openSession } from '@waybill/deploy';
import { instanceOf } from '@waybill/stack';
import type pg from 'pg';

const GIVE_UP_MS = 300_000;
const CONFIRMED_OF = `SELECT id FROM orders WHERE id = ANY($1::uuid[]) AND status = 'confirmed'`;
const LATENCY = `
  SELECT percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM updated_at - placed_at) * 1000) AS ms
  FROM orders WHERE customer_id = $1 AND status = 'confirmed'`;

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
  /** Requests that were refused for the moment, or cut off, and sent again with the same key. */
  readonly sentAgain: number;
}

/** Keeps so many orders unsettled at a time. Which of them are confirmed by now is looked up in the order database, every 20 ms. */
export async function confirmOrders({ edge, orders, inFlight, instance }: Run): Promise<Result> {
  const database = await orderDatabase(instance);
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  try {
    return await keepInFlight(database, agent, { edge, orders, inFlight });
  } finally {
    // Whatever is still on its way fails by it, and nobody waits for that.
    agent.destroy();
    await database.end();
  }
}

async function keepInFlight(
  database: pg.Client,
  agent: Agent,
  { edge, orders, inFlight }: Omit<Run, 'instance'>,
): Promise<Result> {
  const customer = `bench-${randomUUID()}`;
  const started = Date.now();
  const posting = new Set<Promise<void>>();
  const unsettled = new Set<string>();
  let sent = 0;
  let confirmed = 0;
  let sentAgain = 0;
  let over = false;
  const again = () => {
    sentAgain += 1;
    return !over && Date.now() - started < GIVE_UP_MS;
  };
  try {
    while (confirmed < orders && Date.now() - started < GIVE_UP_MS) {
      while (sent < orders && posting.size + unsettled.size < inFlight) {
        sent += 1;
        const post: Promise<void> = placeOrder(edge, agent, customer, again).then((id) => {
          posting.delete(post);
          unsettled.add(id);
        });
        posting.add(post);
      }
      await Promise.race([Promise.all(posting), new Promise((resolve) => setTimeout(resolve, 20))]);
      // By their ids: to count all orders each time would cost the database more than the orders themselves.
      const { rows } = await database.query(CONFIRMED_OF, [[...unsettled]]);
      for (const { id } of rows) unsettled.delete(id as string);
      confirmed += rows.length;
    }
    const seconds = (Date.now() - started) / 1_000;
    await Promise.all(posting);
    const { rows } = await database.query(LATENCY, [customer]);
    const [p50, p99] = ((rows[0].ms ?? []) as string[]).map((ms) => Math.round(Number(ms)));
    return { confirmed, perSecond: confirmed / seconds, p50Ms: p50 ?? NaN, p99Ms: p99 ?? NaN, sentAgain };
  } finally {
    over = true;
  }
}

async function orderDatabase(instance: string | undefined): Promise<pg.Client> {
  const { postgres } = JSON.parse(readFileSync(instanceOf(instance).paths.connections, 'utf8'));
  return openSession({ host: postgres.host, port: postgres.port, database: 'order', ...postgres.superuser });
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

/**
 * The id of the accepted order. As any client should, it sends the same request again when it is told to, or hears nothing;
 * `again` is asked each time.
 */
async function placeOrder(edge: string, agent: Agent, customerId: string, again: () => boolean): Promise<string> {
  const lines = [{ sku: 'mug-enamel', quantity: 1 }];
  const body = JSON.stringify({ customerId, email: 'bench@example.com', currency: 'EUR', lines, paymentMethod: 'pm_ok' });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'idempotency-key': randomUUID(),
  };
  for (;;) {
    const answer = await post(`${edge}/api/orders`, agent, headers, body).catch((error: Error) => error);
    if ('status' in answer && answer.status === 202) return (JSON.parse(answer.text) as { id: string }).id;
    const isForNow = !('status' in answer) || answer.retryAfter !== undefined;
    if (!isForNow || !again())
      throw new Error('status' in answer ? `POST answered ${answer.status}: ${answer.text}` : `POST failed: ${answer.message}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000 * Number(('status' in answer && answer.retryAfter) || 1)));
  }
}

function post(url: string, agent: Agent, headers: OutgoingHttpHeaders, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode!, text, retryAfter: response.headers['retry-after'] }));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

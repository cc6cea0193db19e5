// The whole system: 50 customers are erased while services are killed, and then no database, topic, log, metric, span or item
// of the live feed has a byte of them.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SERVICES } from '@waybill/contracts';
import { eventually } from '@waybill/testing';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askPort, down, instanceOf, kill, readConnections, status, up, withoutObservers } from '../index.ts';
import { inDatabase, running } from '../supervision/running.ts';
import { waysTo } from '../verbs/ask-service.ts';
import { queuesOf } from '../verbs/queues.ts';
import { tokenOf } from '../verbs/token-of.ts';
import { InPlaceOfTheConsole } from './in-place-of-the-console.ts';

const INSTANCE = `erasure-${process.pid}`;
const UP_WITHIN_MS = 240_000;
const WITHIN = { timeoutMs: 180_000 };
const METHODS = ['pm_ok', 'pm_declined', 'pm_timeout_charged'];

let edge: string;
/** Of a program that orders for every customer. It outlives the placing and the wait for the mails. */
let authorization: string;
/** In the place of the console: every span, and not those alone that its memory has room for. */
const heard = new InPlaceOfTheConsole();
const { sink, items } = heard;
beforeAll(async () => {
  await heard.listen(INSTANCE);
  await up({ instance: INSTANCE, only: withoutObservers, report: () => {} });
  edge = (await status(INSTANCE)).urls['edge']!;
  authorization = `Bearer ${await tokenOf('machine', INSTANCE)}`;
}, UP_WITHIN_MS);
afterAll(async () => {
  await down({ instance: INSTANCE, purge: true, report: () => {} });
  heard.end();
}, UP_WITHIN_MS);

/** Every word of it is found by one search. */
async function place(customerId: string, n: number): Promise<string> {
  const body = {
    ...{ customerId, email: `${customerId}@canary-mail.example`, currency: 'EUR' },
    ...{ lines: [{ sku: 'mug-enamel', quantity: 2 }], paymentMethod: METHODS[n % METHODS.length] },
  };
  const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': `canary-${randomUUID()}` };
  const answer = await fetch(`${edge}/api/orders`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}

/** What a dump of every database would have, as text. */
async function dumps(): Promise<Map<string, string>> {
  const around = running(INSTANCE);
  const found = new Map<string, string>();
  for (const service of SERVICES)
    await inDatabase(service, around, async (client) => {
      const { rows: tables } = await client.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
           AND has_table_privilege(oid, 'SELECT')`,
      );
      for (const { name } of tables) {
        const { rows } = await client.query<Record<string, unknown>>(`SELECT * FROM "${name}"`);
        const text = JSON.stringify(rows, (_, value: { type?: string; data?: number[] } | null) =>
          value?.type === 'Buffer' ? Buffer.from(value.data!).toString('latin1') : value,
        );
        found.set(`${service}.${name}`, text);
      }
    });
  return found;
}

/** The files below a folder that have the word. */
function filesWith(word: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file).includes(word));
}

const databasesWith = async (word: string) =>
  [...(await dumps())].filter(([, text]) => text.includes(word)).map(([name]) => name);
const metrics = async () => {
  const { tls } = readConnections(INSTANCE);
  return (
    await Promise.all(
      (await status(INSTANCE)).services
        .filter(({ ports }) => ports['http'] !== undefined)
        .map(async ({ name, ports }) => {
          const port = ports[name === 'identity' && tls ? 'https' : 'http']!;
          return (await askPort(tls, port, '/metrics')).text();
        }),
    )
  ).join('\n');
};

test(
  '50 customers who are erased under kill -9 leave nothing: not in the databases, topics, logs, metrics, spans and the feed, and no message waits',
  async () => {
    const { paths } = instanceOf(INSTANCE);
    const customers = Array.from({ length: 50 }, () => `canary-${randomUUID()}`);
    const orders = await Promise.all(customers.map((customer, n) => place(customer, n)));
    await eventually(
      'every order has its mail',
      async () => {
        for (const id of orders) {
          const mails = (await (
            await fetch(`${edge}/api/notifications?orderId=${id}`, { headers: { authorization } })
          ).json()) as { sentAt?: string }[];
          if (!mails.some(({ sentAt }) => sentAt !== undefined)) throw new Error(`${id} has none`);
        }
        return true;
      },
      WITHIN,
    );
    // The search finds what is there, and Kafka never had it.
    expect(await databasesWith('canary')).toEqual(
      expect.arrayContaining(['order.orders', 'payment.payments', 'notification.recipients']),
    );
    expect(filesWith('canary', paths.of('kafka'))).toEqual([]);

    const asked = await waysTo({ instance: INSTANCE, inContainers: false });
    const erasures: string[] = [];
    for (const [n, customerId] of customers.entries()) {
      const { id } = await eventually('the erasure is accepted', () =>
        asked<{ id: string }>('order', 'erasures', { customerId }),
      );
      erasures.push(id);
      if (n === 10) await kill('order-1', INSTANCE);
      if (n === 20) await kill('notification-1', INSTANCE);
      if (n === 30) await kill('payment-1', INSTANCE);
      if (n === 40) await kill('order-2', INSTANCE);
    }
    await eventually(
      'every erasure is done',
      async () => {
        for (const id of erasures) {
          const { doneAt } = await asked<{ doneAt: string | null }>('order', `erasures/${id}`);
          if (doneAt === null) throw new Error(`${id} is not`);
        }
        return true;
      },
      WITHIN,
    );
    await eventually(
      'no database has a word of them',
      async () => {
        const found = await databasesWith('canary');
        if (found.length > 0) throw new Error(found.join(', '));
        return true;
      },
      WITHIN,
    );
    expect(filesWith('canary', paths.of('kafka'))).toEqual([]);
    expect(filesWith('canary', paths.logs)).toEqual([]);
    expect(await metrics()).not.toMatch(/canary/);
    // Each order was told there: its request, its payment, its mail.
    const told = [sink.bodies.join('\n'), JSON.stringify(items)];
    for (const id of orders) expect(told.map((text) => text.includes(id))).toEqual([true, true]);
    expect(told.map((text) => text.includes('canary'))).toEqual([false, false]);
    // Its log on disk has consumed bytes for longer: docs/retention.md.
    await eventually(
      'nothing waits in a queue of RabbitMQ',
      async () => (await queuesOf(INSTANCE)).every(({ ready, unacked }) => ready + unacked === 0),
      WITHIN,
    );
    const { rows: kept } = await inDatabase('order', running(INSTANCE), (client) =>
      client.query<{ total: number; customer_id: string }>(`SELECT total, customer_id FROM orders`),
    );
    expect(kept.length).toBe(50);
    for (const { total, customer_id: pseudonym } of kept) {
      expect(total).toBe(2500);
      expect(pseudonym).toMatch(/^erased-/);
    }
  },
  UP_WITHIN_MS * 3,
);

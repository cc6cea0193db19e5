// The whole system and a viewer in the place of the console: each order is one trace, over both brokers and six processes, and the
// live feed tells each of its steps.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ActivityItem } from '@waybill/activity';
import { contracts } from '@waybill/contracts';
import { eventually } from '@waybill/testing';
import { randomUUID } from 'node:crypto';
import { down, kill, status, up, withoutObservers } from '../index.ts';
import { tokenOf } from '../verbs/token-of.ts';
import { InPlaceOfTheConsole } from './in-place-of-the-console.ts';
import type { SunkSpan } from './span-sink.ts';

const INSTANCE = `traces-${process.pid}`;
const UP_WITHIN_MS = 240_000;
const SETTLED_WITHIN = { timeoutMs: 240_000 };
const METHODS = ['pm_ok', 'pm_declined', 'pm_timeout_charged', 'pm_timeout_not_charged', 'pm_slow'];

const heard = new InPlaceOfTheConsole();
const { sink, items } = heard;
let edge: string;
beforeAll(async () => {
  await heard.listen(INSTANCE);
  await up({ instance: INSTANCE, only: withoutObservers, report: () => {} });
  edge = (await status(INSTANCE)).urls['edge']!;
}, UP_WITHIN_MS);
afterAll(async () => {
  await down({ instance: INSTANCE, purge: true, report: () => {} });
  heard.end();
}, UP_WITHIN_MS);

/** Longer than a part of this spec, and shorter than a token lives. */
const TOKEN_FOR_MS = 200_000;
let token: { readonly value: string; readonly at: number } | undefined;
/** The header of a program that may order for every customer. */
async function signedIn(): Promise<{ authorization: string }> {
  if (!token || Date.now() - token.at > TOKEN_FOR_MS) token = { value: await tokenOf('machine', INSTANCE), at: Date.now() };
  return { authorization: `Bearer ${token.value}` };
}

/** Places an order that can be told from all others by every word in it. Returns its id. */
async function place(paymentMethod: string): Promise<string> {
  const customerId = `canary-${randomUUID()}`;
  const body = {
    customerId,
    email: `${customerId}@example.com`,
    currency: 'EUR',
    lines: [{ sku: 'mug-enamel', quantity: 2 }],
    paymentMethod,
  };
  const headers = { ...(await signedIn()), 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const answer = await fetch(`${edge}/api/orders`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}
const placeMany = async (count: number) => {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 20)
    ids.push(...(await Promise.all(Array.from({ length: 20 }, (_, i) => place(METHODS[(n + i) % METHODS.length]!)))));
  return ids;
};
const isOver = async (id: string) => {
  const mails = (await (await fetch(`${edge}/api/notifications?orderId=${id}`, { headers: await signedIn() })).json()) as {
    sentAt?: string;
  }[];
  return mails.some(({ sentAt }) => sentAt !== undefined);
};
const allOver = (ids: readonly string[]) =>
  eventually(
    'every order has its mail',
    async () => {
      const over = await Promise.all(ids.map(isOver));
      if (over.includes(false)) throw new Error(`${over.filter((one) => !one).length} have none`);
      return true;
    },
    SETTLED_WITHIN,
  );

const operation = ({ attributes }: SunkSpan) => attributes['messaging.operation.name'];
const messageOf = ({ attributes }: SunkSpan) => attributes['messaging.message.id'];

/** An event may be told to nobody in particular. */
const UNHANDLED = new Set(contracts.filter(({ handledBy }) => handledBy.length === 0).map(({ type }) => type));
const isHandled = ({ attributes }: SunkSpan) => !UNHANDLED.has(String(attributes['waybill.message.type']));

/** What a message is created in: the request, or while one of these messages is handled. */
const COMES_OF: Readonly<Record<string, readonly string[]>> = {
  'order.placed': ['the request'],
  'payment.charge': ['the request'],
  'notification.remember': ['the request'],
  'payment.charged': ['payment.charge'],
  'payment.declined': ['payment.charge'],
  'order.confirmed': ['payment.charged'],
  'order.cancelled': ['payment.declined'],
  // Of the address and the outcome, the later one orders the mail.
  'notification.send': ['notification.remember', 'order.confirmed', 'order.cancelled'],
  'notification.sent': ['notification.send'],
};
const typeOf = ({ attributes }: SunkSpan) => String(attributes['waybill.message.type']).replace(/\.v\d+$/, '');
const causeOf = (parent: SunkSpan | undefined) =>
  parent?.name === 'POST /api/orders' ? 'the request' : parent && operation(parent) === 'process' ? typeOf(parent) : 'nothing';

/** What is wrong with the one trace of an order. */
function problemsOf(id: string): string[] {
  const traceIds = new Set(sink.spans.filter(({ attributes }) => attributes['waybill.key'] === id).map(({ traceId }) => traceId));
  if (traceIds.size !== 1) return [`${id} has ${traceIds.size} traces`];
  const spans = sink.spans.filter(({ traceId }) => traceIds.has(traceId));
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const roots = spans.filter(({ parentSpanId }) => !parentSpanId);
  const orphans = spans.filter(({ parentSpanId }) => parentSpanId && !byId.has(parentSpanId));
  const creates = spans.filter((span) => operation(span) === 'create');
  const childrenOf = (create: SunkSpan, what: string) =>
    spans.filter(
      (span) => span.parentSpanId === create.spanId && operation(span) === what && messageOf(span) === messageOf(create),
    );
  const astray = spans.filter(
    (span) =>
      ['send', 'process'].includes(String(operation(span))) &&
      messageOf(byId.get(span.parentSpanId!) ?? span) !== messageOf(span),
  );
  const unlinked = spans.filter((span) => operation(span) === 'process' && span.links[0]?.spanId !== span.parentSpanId);
  return [
    ...(roots.length === 1 && roots[0]!.name === 'POST /api/orders' ? [] : [`${id} has ${roots.length} roots`]),
    ...orphans.map(({ name }) => `${id}: ${name} is an orphan`),
    ...astray.map(({ name }) => `${id}: ${name} is under another message`),
    ...creates
      .map((create) => [typeOf(create), causeOf(byId.get(create.parentSpanId!))] as const)
      .filter(([type, cause]) => !COMES_OF[type]?.includes(cause))
      .map(([type, cause]) => `${id}: ${type} comes of ${cause}`),
    ...unlinked.map(({ name }) => `${id}: ${name} has no link to its create`),
    ...creates.filter((create) => childrenOf(create, 'send').length === 0).map(({ name }) => `${id}: ${name} was never sent`),
    ...creates
      .filter((create) => isHandled(create) && childrenOf(create, 'process').length === 0)
      .map(({ name }) => `${id}: ${name} was never processed`),
    ...['order', 'payment', 'notification']
      .filter((service) => !spans.some((span) => span.service === service))
      .map((service) => `${id}: nothing of ${service}`),
    ...['kafka', 'rabbitmq']
      .filter((system) => !spans.some(({ attributes }) => attributes['messaging.system.name'] === system))
      .map((system) => `${id}: nothing over ${system}`),
    ...['POST /charges', 'send mail']
      .filter((name) => !spans.some((span) => span.name === name))
      .map((name) => `${id}: no ${name}`),
  ];
}

describe('200 orders of every payment method', () => {
  test(
    'are one trace each, with every parent, over both brokers; no span tells who ordered or how it is paid',
    async () => {
      const ids = await placeMany(200);
      await allOver(ids);
      await eventually(
        'every trace is whole',
        async () => {
          const problems = ids.flatMap(problemsOf);
          if (problems.length > 0) throw new Error(`${problems.length}: ${problems.slice(0, 5).join('; ')}`);
          return true;
        },
        SETTLED_WITHIN,
      );
      const roots = sink.spans.filter(({ name, parentSpanId }) => name === 'POST /api/orders' && !parentSpanId);
      expect(roots).toHaveLength(ids.length);
      const told = sink.bodies.join('\n');
      for (const word of ['canary-', '@example.com', ...METHODS]) expect(told.includes(word) ? word : '').toBe('');
    },
    2 * UP_WITHIN_MS,
  );
});

describe('the live feed', () => {
  test(
    'tells each step of every order, from its acceptance to its mail; no item tells who ordered or how it is paid',
    async () => {
      // The messages of an order whose payment is declined, too.
      const wanted = { accepted: 1, sent: 6, published: 6, received: 5, handled: 5, mailed: 1 };
      const told = (kind: string, of: readonly ActivityItem[]) =>
        of.filter((item) => item.kind === kind).reduce((sum, { count = 1 }) => sum + count, 0);
      const isTold = (orders: number, of: () => readonly ActivityItem[]) =>
        eventually('each step is told', () => {
          expect(heard.lost).toBe(0);
          for (const [kind, atLeast] of Object.entries(wanted))
            expect([kind, told(kind, of()) >= orders * atLeast]).toEqual([kind, true]);
          return true;
        });

      // One alone is told with its id, and a crowd is counted.
      const alone = await place('pm_ok');
      await allOver([alone]);
      await isTold(1, () => items.filter(({ orderId }) => orderId === alone));
      const before = items.length;
      await allOver(await placeMany(20));
      await isTold(20, () => items.slice(before));
      expect(new Set(items.map(({ replica }) => replica)).size).toBe(6);
      const text = JSON.stringify(items);
      for (const word of ['canary-', '@example.com', ...METHODS]) expect(text.includes(word) ? word : '').toBe('');
    },
    UP_WITHIN_MS,
  );
});

describe('a cancel', () => {
  test(
    'is a trace of its own that is found by its order, from the request to the refund, also when it changes nothing',
    async () => {
      const id = await place('pm_ok');
      await allOver([id]);
      const cancel = async () =>
        (await fetch(`${edge}/api/orders/${id}/cancel`, { method: 'POST', headers: await signedIn() })).status;
      const cancels = () => {
        const roots = sink.spans.filter(
          ({ name, attributes }) => name === 'POST /api/orders/:id/cancel' && attributes['waybill.key'] === id,
        );
        return roots.map((root) => sink.spans.filter(({ traceId }) => traceId === root.traceId));
      };
      expect(await cancel()).toBe(202);
      await eventually(
        'the refund has come back to the order',
        () => {
          const types = cancels()[0]?.filter((span) => operation(span) === 'process');
          return types?.some(({ attributes }) => attributes['waybill.message.type'] === 'payment.refunded.v1');
        },
        SETTLED_WITHIN,
      );
      expect(await cancel()).toBe(202);
      await eventually('the second cancel is there', () => cancels().length === 2, SETTLED_WITHIN);
      expect(cancels()[1]).toHaveLength(1);
    },
    2 * UP_WITHIN_MS,
  );
});

describe('a replica that is killed', () => {
  test(
    'takes spans with it, and puts none under a parent that is not its own',
    async () => {
      const before = sink.spans.length;
      const placing = placeMany(60);
      await eventually(
        'a payment has begun',
        () => sink.spans.slice(before).some(({ service }) => service === 'payment'),
        SETTLED_WITHIN,
      );
      // The supervisor starts it again.
      await kill('payment-1', INSTANCE);
      const ids = await placing;
      await allOver(ids);
      const byId = new Map(sink.spans.map((span) => [span.spanId, span]));
      const children = sink.spans.slice(before).filter((span) => ['send', 'process'].includes(String(operation(span))));
      expect(children.length).toBeGreaterThan(60);
      const wrong = children.filter((span) => {
        const create = byId.get(span.parentSpanId!);
        return create && (create.traceId !== span.traceId || messageOf(create) !== messageOf(span));
      });
      expect(wrong).toEqual([]);
    },
    2 * UP_WITHIN_MS,
  );
});

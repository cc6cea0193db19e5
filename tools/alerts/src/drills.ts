import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { orderRequest, placeOrder, readProducts } from '@waybill/demo';
import { alert, lasting, pause, stackCommand, stopped, type Drill, type DrilledSystem } from './drill.ts';
import { fullDisk } from './full-disk.ts';
import { heldUpReplica } from './held-up-replica.ts';
import { littleMemory } from './little-memory.ts';
import { lockedInbox } from './locked-inbox.ts';
import { oldCertificate } from './old-certificate.ts';
import { askRabbitmq, putIntoQueue, putPoison } from './rabbitmq-admin.ts';
import { removedEvents } from './removed-events.ts';
import { lostConnections, silentProvider } from './silent-provider.ts';

const poison: Drill = {
  what: 'a message that nobody can read',
  alerts: [alert('DeadLetters', { service: 'payment' })],
  begin: ({ instance }) => putPoison(instance, 'payment'),
  end: async ({ instance }) => {
    const found = JSON.parse(await stackCommand(instance, 'dead-letters', 'list', '--service', 'payment', '--json')) as {
      readonly id: string;
    }[];
    await stackCommand(instance, 'dead-letters', 'discard', ...found.map(({ id }) => `payment/${id}`), '--reason', 'a drill');
  },
};

const UNKNOWN = 'payment.from-the-future.v1';

/** A command that no build here knows waits for an upgrade that does not come. Ten minutes are too long for a drill: it is made older. */
const waiting: Drill = {
  what: 'a command of a type that nobody knows',
  alerts: [alert('MessagesWaiting', { service: 'payment' })],
  begin: async ({ instance }) => {
    const envelope = {
      specversion: '1.0',
      id: idOfNow(),
      source: 'drill',
      type: UNKNOWN,
      time: new Date().toISOString(),
      partitionkey: 'drill',
      data: {},
    };
    await putIntoQueue(instance, 'payment.work', JSON.stringify(envelope));
    const older = `UPDATE parked SET parked_at = now() - interval '1 hour' WHERE type = '${UNKNOWN}' RETURNING id`;
    while ((await inPayment<{ id: string }>(instance, older)).length === 0) await delay(500);
  },
  end: async ({ instance }) => {
    const found = await inPayment<{ id: string }>(instance, `SELECT id FROM parked WHERE type = '${UNKNOWN}'`);
    await stackCommand(instance, 'dead-letters', 'discard', ...found.map(({ id }) => `payment/${id}`), '--reason', 'a drill');
  },
};

/** A UUIDv7: a message's id tells its age. */
function idOfNow(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

const inPayment = async <Row>(instance: string, sql: string): Promise<Row[]> =>
  JSON.parse(await stackCommand(instance, 'psql', 'payment', sql, '--json')) as Row[];

const CANCELS = 'bindings/waybill/e/order.commands/q/payment.work';
const CANCEL = 'payment.cancel.v1';
const PATIENCE_MS = 60_000;

/** RabbitMQ has no queue for the cancels of payments: it returns them, and the orders that were cancelled stay unsettled. */
const unroutable: Drill = {
  what: 'payment.cancel has no queue, and customers cancel',
  alerts: [alert('MessageRefused', { service: 'order', lane: 'rabbitmq' }), alert('CompensationStuck')],
  begin: async (system) => {
    await askRabbitmq(system.instance, 'DELETE', `${CANCELS}/${CANCEL}`);
    await Promise.all(Array.from({ length: 3 }, () => cancelledOrder(system)));
  },
  end: ({ instance }) => askRabbitmq(instance, 'POST', CANCELS, { routing_key: CANCEL }),
};

/** Of a queue that holds nothing: a drill loses no message. Its service consumes from RabbitMQ no more, and others of this round need theirs. */
const NET = 'order.net';

/** Somebody has deleted a queue by hand. The deploy step is what makes it again. */
const deletedQueue: Drill = {
  what: `the queue ${NET} is deleted`,
  alerts: [alert('BrokerObjectMissing', { service: 'order', broker: 'rabbitmq', object: `queue ${NET}` })],
  begin: ({ instance }) => askRabbitmq(instance, 'DELETE', `queues/waybill/${NET}`),
  end: async ({ instance }) => void (await stackCommand(instance, 'deploy')),
};

async function cancelledOrder({ stack }: DrilledSystem): Promise<void> {
  const order = orderRequest(`drill-${randomUUID()}`, 0, await readProducts(stack));
  const { failure } = await placeOrder(stack, { ...order, cancel: 'at once' }, AbortSignal.timeout(PATIENCE_MS));
  if (failure) throw new Error(`An order could not be placed and cancelled: ${failure}`);
}

/** Signed by nobody. */
const STRANGER = { authorization: 'Bearer e30.e30.c2ln' };
const ASK_EVERY_MS = 200;

const stranger: Drill = lasting(
  'a stranger asks for payments again and again',
  [alert('RequestsRefused', { service: 'payment', status: '401' })],
  async ({ stack }, mend) => {
    while (!mend.aborted) {
      await fetch(`${stack.edge}/api/payments?orderId=${randomUUID()}`, { headers: STRANGER }).catch(() => undefined);
      await pause(ASK_EVERY_MS, mend);
    }
  },
);

/** One round after another. What is in one round is broken at the same time, because it does not disturb the rest. */
export const rounds: readonly (readonly Drill[])[] = [
  [
    stopped('one replica of order stopped', ['order-2'], [alert('ReplicaMissing', { service: 'order' })]),
    removedEvents,
    stopped('the exporter of nginx stopped', ['nginx-exporter'], [alert('ScrapeTargetMissing', { job: 'nginx' })]),
    poison,
    waiting,
    silentProvider,
    lostConnections,
    unroutable,
    stranger,
  ],
  [lockedInbox, heldUpReplica, deletedQueue, fullDisk, oldCertificate],
  [
    stopped(
      'RabbitMQ stopped',
      ['rabbitmq'],
      [
        alert('BrokerUnreachable', { service: 'order', broker: 'rabbitmq' }),
        alert('OutboxStuck', { service: 'order', lane: 'rabbitmq' }),
      ],
    ),
  ],
  // Alone: while it is down no order comes, and the other drills want some.
  [stopped('nginx stopped', ['nginx'], [alert('ServiceDown', { service: 'nginx' })])],
  [stopped('PostgreSQL stopped', ['postgres'], [alert('DatabaseDown'), alert('HttpErrors', { service: 'order' })]), littleMemory],
];

/** Every alert that a drill raises. */
export const drilled: readonly string[] = [
  ...new Set(rounds.flatMap((round) => round.flatMap(({ alerts }) => alerts.map((each) => each.alert)))),
];

/** The drills that raise these alerts, in their rounds. */
export const roundsWith = (names: readonly string[]): (readonly Drill[])[] =>
  rounds
    .map((round) => round.filter(({ alerts }) => alerts.some((each) => names.includes(each.alert))))
    .filter((round) => round.length > 0);

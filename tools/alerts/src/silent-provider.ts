import { setFaults } from '@waybill/demo';
import { alert, lasting, pause, type Drill } from './drill.ts';
import { askRabbitmq } from './rabbitmq-admin.ts';

/** It takes calls and does not answer them, longer than anybody waits: for five seconds each of them is in payment's hand. */
const SILENT = { provider: { slowMs: 60_000 } };

export const silentProvider: Drill = {
  what: 'the payment provider answers nobody',
  alerts: [alert('OrdersStuck')],
  begin: ({ stack }) => setFaults(stack, SILENT),
  end: ({ stack }) => setFaults(stack, {}),
};

/** RabbitMQ's list of connections is some seconds old, so that every second time it still has those that are closed. */
const LOSE_EVERY_MS = 3_000;

/** RabbitMQ gives what was in hand when a consumer went to the next one, or to the same when it is back. */
export const lostConnections = lasting(
  'payment loses its connections to RabbitMQ again and again, with calls to such a provider in hand',
  [alert('RedeliveryStorm')],
  async ({ instance, stack }, mend) => {
    await setFaults(stack, SILENT);
    while (!mend.aborted) {
      // A broker that is too busy to tell who is connected is asked again in a moment.
      await closeConsumers(instance, 'payment').catch(() => undefined);
      await pause(LOSE_EVERY_MS, mend);
    }
    await setFaults(stack, {});
  },
);

interface Connection {
  readonly name: string;
  readonly client_properties?: { readonly connection_name?: string };
}

async function closeConsumers(instance: string, service: string): Promise<void> {
  const open = await askRabbitmq<Connection[]>(instance, 'GET', 'connections');
  const mine = open.filter(({ client_properties: { connection_name: name } = {} }) => name === `${service} consumer`);
  // One that has just gone by itself is as good as closed.
  await Promise.allSettled(mine.map(({ name }) => askRabbitmq(instance, 'DELETE', `connections/${encodeURIComponent(name)}`)));
}

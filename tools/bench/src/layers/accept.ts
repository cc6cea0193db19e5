import { fork } from 'node:child_process';
import { join } from 'node:path';
import { tokenFrom } from '@waybill/sign-in';
import { type CallerTls, freePorts, start, stop } from '@waybill/stack';
import { Connection } from '../generator/connection.ts';
import { placeOrder } from '../generator/place-order.ts';
import type { Servers } from '../systems/servers.ts';
import { type Layer, rate } from './layer.ts';

const ORDERS = 4_000;
const AT_ONCE = 64;

/** What would work on the accepted orders stands still meanwhile: this is the door alone. */
const BEHIND_THE_DOOR = ['payment-1', 'payment-2', 'notification-1', 'notification-2', 'order-2'];

/** From a POST to the answer, which follows the commit. */
export async function acceptLayer({ instance, ports, connections }: Servers): Promise<{ layer: Layer; close(): Promise<void> }> {
  const [port] = (await freePorts(1)) as [number];
  const bare = fork(join(import.meta.dirname, 'bare-server.ts'), [String(port)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await new Promise((resolve, reject) => bare.once('message', resolve).once('exit', reject));
  for (const unit of BEHIND_THE_DOOR) await stop(unit, instance);
  const token = () => tokenFrom(connections.identity, 'machine');
  const place = (at: number, tls?: CallerTls) => acceptAll(() => new Connection(`http://127.0.0.1:${at}`, tls), token);
  return {
    layer: {
      name: 'accept',
      unit: 'orders, one replica',
      raw: 'a bare Fastify that parses the body and answers',
      ways: { waybill: () => place(ports['order-1']!['http']!, connections.tls), raw: () => place(port) },
    },
    async close() {
      bare.disconnect();
      for (const unit of BEHIND_THE_DOOR.toReversed()) await start(unit, instance);
    },
  };
}

async function acceptAll(connect: () => Connection, token: () => Promise<string>): Promise<number> {
  const connections = Array.from({ length: AT_ONCE }, connect);
  const giveUp = AbortSignal.timeout(60_000);
  let left = ORDERS;
  try {
    return await rate(ORDERS, async () => {
      const client = async (connection: Connection) => {
        while (left > 0) {
          left -= 1;
          const id = await placeOrder({ connection, customerId: 'bench-accept', sentAgain: {}, token, giveUp });
          if (id === undefined) throw new Error(`A server has not accepted ${ORDERS} orders within a minute.`);
        }
      };
      await Promise.all(connections.map(client));
    });
  } finally {
    for (const connection of connections) connection.close();
  }
}

import { connect, type ConfirmChannel } from 'amqplib';
import { CHARGES, type Settings } from './settings.ts';

type At = Settings['rabbitmq'];

export const openConnection = ({ host, port, vhost, user, password, ca }: At) =>
  connect({ protocol: ca === undefined ? 'amqp' : 'amqps', hostname: host, port, vhost, username: user, password }, { ca });

export const openChannel = async (at: At): Promise<ConfirmChannel> => (await openConnection(at)).createConfirmChannel();

/** A quorum queue, as Waybill's: what the broker has confirmed is on disk. */
export const declareQueue = (channel: ConfirmChannel) =>
  channel.assertQueue(CHARGES, { durable: true, arguments: { 'x-queue-type': 'quorum' } });

/** One message and its confirm. */
export async function publish(channel: ConfirmChannel, message: object): Promise<void> {
  channel.sendToQueue(CHARGES, Buffer.from(JSON.stringify(message)), { persistent: true });
  await channel.waitForConfirms();
}

/** One message in hand at a time, acknowledged when it is done. What fails comes again. */
export async function consume(channel: ConfirmChannel, handle: (message: never) => Promise<void>): Promise<void> {
  await channel.prefetch(1);
  await channel.consume(CHARGES, (message) => {
    if (!message) return;
    void handle(JSON.parse(message.content.toString()) as never).then(
      () => channel.ack(message),
      (error: unknown) => {
        console.error(error);
        channel.nack(message);
      },
    );
  });
}

import { type ChannelModel, connect } from 'amqplib';
import type { Servers } from './systems/servers.ts';

/** A connection of amqplib alone, to the same broker in the same way. */
export const openBare = ({ host, port, vhost, user, password, ca }: Servers['rabbitmq']): Promise<ChannelModel> =>
  connect(
    { protocol: ca === undefined ? 'amqp' : 'amqps', hostname: host, port, vhost, username: user, password },
    { ca, noDelay: true },
  );

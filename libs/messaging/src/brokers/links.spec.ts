import { believesItsCaAlone } from '@waybill/testing';
import { silent } from '../message.js';
import { IMPATIENT_RETRY, KafkaClient } from './kafka/client.js';
import { giveUsersTheirPasswords } from './kafka/scram-users.js';
import { openConnection } from './rabbitmq/connection.js';

// Each way in which a connection to a broker is opened here.
const signIn = { user: 'somebody', password: 'a password that nobody shall read' };

believesItsCaAlone({
  what: 'amqplib to RabbitMQ',
  async call({ host, port }, { ca }) {
    const connection = await openConnection({ host, port, vhost: 'waybill', ...signIn, ca }, 'somebody');
    await connection.close();
  },
});

// kafkajs leaves TLS to the factory of its sockets: one that forgets it would go on in clear text, and tell nobody.
believesItsCaAlone({
  what: 'kafkajs to Kafka',
  async call({ host, port }, { ca }, signal) {
    const client = new KafkaClient('somebody', { brokers: [`${host}:${port}`], ...signIn, ca }, IMPATIENT_RETRY, silent);
    signal.addEventListener('abort', () => client.end());
    await client.kafka
      .admin()
      .connect()
      .finally(() => client.end());
  },
});

believesItsCaAlone({
  what: "the deploy step's own requests to Kafka",
  call: ({ host, port }, { ca }) => giveUsersTheirPasswords({ brokers: [`${host}:${port}`], ...signIn, ca }, []),
});

import { Kafka, logLevel } from 'kafkajs';

// Where the servers are: AMQP_URL, KAFKA_BROKERS, and KAFKA_USER with KAFKA_PASSWORD where Kafka asks for them. KAFKA_TLS=on for a
// Kafka that speaks TLS. For a CA of your own, Node reads NODE_EXTRA_CA_CERTS.
const {
  AMQP_URL = 'amqp://127.0.0.1',
  KAFKA_BROKERS = '127.0.0.1:9092',
  KAFKA_USER,
  KAFKA_PASSWORD = '',
  KAFKA_TLS,
} = process.env;

export const amqpUrl = AMQP_URL;

export const kafka = new Kafka({
  clientId: 'essay',
  brokers: KAFKA_BROKERS.split(','),
  ssl: KAFKA_TLS === 'on',
  ...(KAFKA_USER && { sasl: { mechanism: 'plain', username: KAFKA_USER, password: KAFKA_PASSWORD } }),
  logLevel: logLevel.NOTHING,
});

// `node PROGRAM QUEUE-OR-TOPIC ORDERS FIRST-ORDER`: each message says which order it is about.
const [where = 'hello', howMany = '1', from = '1'] = process.argv.slice(2);
export { where };
export const orders = Array.from({ length: Number(howMany) }, (_, index) => Number(from) + index);

/** What a worker does with a message, a hundredth of a second long. */
export const work = () => new Promise((resolve) => setTimeout(resolve, 10));

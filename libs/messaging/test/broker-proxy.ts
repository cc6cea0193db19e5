import { tcpProxy, type TcpProxy, testStack } from '@waybill/testing';
import type { KafkaOptions } from '../src/brokers/kafka/client.js';
import type { RabbitOptions } from '../src/brokers/rabbitmq/connection.js';

/** Both brokers behind networks that a spec can break. What passes there is in clear text, whatever the brokers speak. */
export interface BrokerProxy {
  readonly rabbitmq: RabbitOptions;
  readonly kafka: KafkaOptions;
  readonly networks: Record<'rabbitmq' | 'kafka', TcpProxy>;
  close(): Promise<void>;
}

/** `passes` is called before anything passes, in either direction. */
export async function brokerProxy(passes: (broker: 'rabbitmq' | 'kafka') => void = () => {}): Promise<BrokerProxy> {
  const stack = testStack();
  const [host, port] = stack.kafka.brokers[0]!.split(':') as [string, string];
  const kafka = await tcpProxy(
    { host, port: Number(port), ca: stack.kafka.ca },
    (answer, proxyPort) => {
      passes('kafka');
      return redirected(answer, host, Number(port), proxyPort);
    },
    () => passes('kafka'),
  );
  const rabbitmq = await tcpProxy(
    stack.rabbitmq,
    (answer) => {
      passes('rabbitmq');
      return answer;
    },
    () => passes('rabbitmq'),
  );
  return {
    rabbitmq: { ...stack.rabbitmq, port: rabbitmq.port, ca: undefined },
    kafka: { ...stack.kafka, brokers: [`${kafka.host}:${kafka.port}`], ca: undefined },
    networks: { rabbitmq, kafka },
    close: async () => void (await Promise.all([kafka.close(), rabbitmq.close()])),
  };
}

/**
 * Kafka tells its clients where to connect: in its answers an address is the host as text, then the port in four bytes.
 * The proxy's port takes the same four bytes.
 */
function redirected(answer: Buffer, host: string, port: number, proxyPort: number): Buffer {
  const address = Buffer.concat([Buffer.from(host), Buffer.alloc(4)]);
  address.writeInt32BE(port, host.length);
  for (let at = answer.indexOf(address); at >= 0; at = answer.indexOf(address, at + 1)) {
    answer.writeInt32BE(proxyPort, at + host.length);
  }
  return answer;
}

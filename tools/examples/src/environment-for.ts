import { join } from 'node:path';
import { CA_FILE, PROBE } from '@waybill/deploy';
import { projectRoot } from '@waybill/kit';
import { readConnections } from '@waybill/stack';

interface SignIn {
  readonly user: string;
  readonly password: string;
}

/** The servers of an instance, as the examples take them: addresses with their passwords, and the CA where Node looks for one. */
export function environmentFor(instance: string): Record<string, string> {
  const { postgres, rabbitmq, kafka, tls } = readConnections(instance);
  if (!rabbitmq.administrator || !kafka.administrator)
    throw new Error(`Examples make queues and topics of their own, and the instance ${instance} has no user for that.`);
  return {
    ...(tls && { NODE_EXTRA_CA_CERTS: join(tls.dir, PROBE, CA_FILE), KAFKA_TLS: 'on' }),
    DATABASE_URL: url('postgres', postgres, `postgres${tls ? '?sslmode=verify-full' : ''}`, postgres.superuser),
    AMQP_URL: url(tls ? 'amqps' : 'amqp', rabbitmq, encodeURIComponent(rabbitmq.vhost), rabbitmq.administrator),
    KAFKA_BROKERS: kafka.brokers.join(','),
    KAFKA_USER: kafka.administrator.user,
    KAFKA_PASSWORD: kafka.administrator.password,
    RESTART_RABBITMQ: `"${process.execPath}" "${projectRoot}/tools/stack/src/main.ts" restart rabbitmq --instance ${instance}`,
  };
}

function url(scheme: string, { host, port }: { host: string; port: number }, path: string, { user, password }: SignIn): string {
  return Object.assign(new URL(`${scheme}://${host}:${port}/${path}`), { username: user, password }).href;
}

import { readFileSync } from 'node:fs';
import type { RabbitOptions } from '@waybill/messaging';

export const databaseUrl = (): string => required('DATABASE_URL');

/** `amqp:` as RabbitMQ writes it, with user and vhost; or `amqps:` with the file of the broker's CA in NODE_EXTRA_CA_CERTS. */
export function rabbitmq(): RabbitOptions {
  const { protocol, hostname, port, pathname, username, password } = new URL(required('AMQP_URL'));
  const secure = protocol === 'amqps:';
  return {
    host: hostname,
    port: Number(port || (secure ? 5671 : 5672)),
    vhost: decodeURIComponent(pathname.slice(1)) || '/',
    user: decodeURIComponent(username) || 'guest',
    password: decodeURIComponent(password) || 'guest',
    ca: secure ? readFileSync(required('NODE_EXTRA_CA_CERTS'), 'utf8') : undefined,
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}.`);
  return value;
}

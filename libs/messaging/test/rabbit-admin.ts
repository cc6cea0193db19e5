import { exchangeOf } from '@waybill/contract-kit';
import { asProbe, testStack } from '@waybill/testing';
import type { RabbitOptions } from '../src/brokers/rabbitmq/connection.js';

/** Whom it believes. */
const trust = asProbe();

/** Asks RabbitMQ's HTTP API as its administrator. */
async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { management, user, password } = testStack().rabbitmq;
  const answer = await fetch(`${management}/api/${path}`, {
    ...trust,
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`RabbitMQ answers ${answer.status} to ${method} ${path}: ${await answer.text()}`);
  const text = await answer.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** A user as the definitions give one to each service: it may publish to its own exchange, and there these types alone. */
export async function userThatMaySend(service: string, types: readonly string[]): Promise<RabbitOptions> {
  const { host, port, vhost, ca } = testStack().rabbitmq;
  const user = `${service}-limited`;
  await ask('PUT', `users/${user}`, { password: user, tags: '' });
  await ask('PUT', `permissions/${vhost}/${user}`, { configure: '^$', write: `^${exchangeOf(service)}$`, read: '.*' });
  await allowToSend(service, types);
  return { host, port, vhost, ca, user, password: user };
}

export async function allowToSend(service: string, types: readonly string[]): Promise<void> {
  const write = `^(${types.map((type) => type.replaceAll('.', '\\.')).join('|')})$`;
  await ask('PUT', `topic-permissions/${testStack().rabbitmq.vhost}/${service}-limited`, {
    exchange: exchangeOf(service),
    write,
    read: '.*',
  });
}

export const deleteQueue = (queue: string): Promise<void> => ask('DELETE', `queues/${testStack().rabbitmq.vhost}/${queue}`);

/** The connections that the broker itself has, by the name that their client gave. */
export async function connectionsOf(name: string): Promise<string[]> {
  const all = await ask<{ name: string; client_properties?: { connection_name?: string } }[]>('GET', 'connections');
  return all.filter(({ client_properties }) => client_properties?.connection_name === name).map((connection) => connection.name);
}

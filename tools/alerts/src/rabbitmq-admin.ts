import { readConnections } from '@waybill/stack';

/** Asks RabbitMQ's management as the tests' administrator, whom the default instance does not have. The answer's body, read as JSON. */
export async function askRabbitmq<T>(instance: string, method: string, path: string, body?: object): Promise<T> {
  const { management, administrator } = readConnections(instance).rabbitmq;
  if (!administrator) throw new Error(`RabbitMQ of the instance ${instance} has no administrator.`);
  const credentials = Buffer.from(`${administrator.user}:${administrator.password}`).toString('base64');
  const response = await fetch(`${management}/api/${path}`, {
    method,
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`RabbitMQ answers ${response.status} to ${method} ${path}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Puts a message into a queue, past the exchanges of those who send. */
export const putIntoQueue = (instance: string, queue: string, payload: string): Promise<void> =>
  askRabbitmq(instance, 'POST', 'exchanges/waybill/amq.default/publish', {
    properties: {},
    routing_key: queue,
    payload,
    payload_encoding: 'string',
  });

/** Bytes that no handler can make anything of: a dead letter at once, until somebody discards it. */
export const putPoison = (instance: string, service: string): Promise<void> =>
  putIntoQueue(instance, `${service}.work`, 'This is no envelope.');

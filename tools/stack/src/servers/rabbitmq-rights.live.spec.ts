import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  contracts,
  exchangeOf,
  NET_EXCHANGE,
  queueOf,
  netOf,
  rabbitTopology,
  SERVICES,
  type ServiceName,
} from '@waybill/contracts';
import { deployTopology } from '@waybill/messaging';
import { asProbe, testStack } from '@waybill/testing';
import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { once } from 'node:events';
import { CONNECTIONS_OF_A_SERVICE, DEPLOY_USER, loadDefinitions, rabbitmqDefinitions, Secrets, VHOST } from '@waybill/deploy';

/** The rights of order's user as they were before it might send anything. */
const NO_RIGHTS = { configure: '', write: '', read: '' };

// The users that the broker loaded at its start, each trying what the others may do. What is allowed follows from who sends
// and handles what, not from the broker's regular expressions, so that a mistake in those shows.
// After a change of the rights the broker must start again: `npm run stack -- restart rabbitmq --instance test`.
const stack = testStack();
const { rabbitmq, kafka } = stack;
const secrets = new Secrets(stack.secrets);
const { management } = rabbitmq;
const passwordOf = (user: string) => secrets.value(`rabbitmq-${user}`);

const commands = contracts.filter((contract) => contract.kind === 'command');
const { exchanges, queues } = rabbitTopology(contracts);
const everyExchange = [...exchanges, NET_EXCHANGE, '', 'amq.topic', 'amq.direct', 'amq.fanout'];
const everyQueue = queues.flatMap(({ queue, net }) => [queue, net]);
const everyKey = [...commands.map(({ type }) => type), ...everyQueue, '#', 'payment.steal.v1'];

const { host: hostname, port, ca } = rabbitmq;
/** Whom the one that asks its interface believes. */
const trust = asProbe();
const at = { protocol: ca === undefined ? 'amqp' : 'amqps', hostname, port, vhost: VHOST };

const signIn = (username: string, password: string): Promise<ChannelModel> =>
  connect({ ...at, username, password }, { ca, noDelay: true, timeout: 60_000 });

/** As the deploy step does it. */
async function deployUsers(): Promise<void> {
  const definitions = rabbitmqDefinitions({
    password: (name) => secrets.value(name),
    testAdministrator: secrets.has('rabbitmq-administrator'),
  });
  const deploy = { url: management, user: DEPLOY_USER, password: passwordOf(DEPLOY_USER), ca };
  await loadDefinitions(deploy, JSON.stringify(definitions));
}

beforeAll(async () => {
  const deploy = { user: DEPLOY_USER, password: passwordOf(DEPLOY_USER) };
  await deployTopology({ contracts, kafka, rabbitmq: { ...rabbitmq, ...deploy } });
});
afterAll(async () => {
  const administrator = await signIn(rabbitmq.user, rabbitmq.password);
  const channel = await administrator.createChannel();
  for (const queue of everyQueue) await channel.purgeQueue(queue);
  await administrator.close();
});

describe.each(SERVICES)('the RabbitMQ user of %s', (service: ServiceName) => {
  let connection: ChannelModel;
  beforeAll(async () => void (connection = await signIn(service, passwordOf(service))));
  afterAll(() => connection.close());

  /** True when the broker does it, false when it refuses access. Anything else is a mistake of this spec. */
  async function may(action: (channel: ConfirmChannel) => Promise<unknown>): Promise<boolean> {
    const channel = await connection.createConfirmChannel();
    const refused = once(channel, 'error').then(([error]) => error as { code?: number; message: string });
    const done = action(channel).then(
      () => undefined,
      () => refused,
    );
    const error = await Promise.race([done, refused]);
    if (!error) {
      await channel.close();
      return true;
    }
    if (error.code !== 403) throw new Error(`It failed for another reason: ${error.message}`);
    return false;
  }

  test('publishes to its own exchange the commands that it sends, and nothing else anywhere', async () => {
    const published: string[] = [];
    for (const exchange of everyExchange)
      for (const key of everyKey) {
        const publish = (channel: ConfirmChannel) => {
          channel.publish(exchange, key, Buffer.from('{}'));
          return channel.waitForConfirms();
        };
        if (await may(publish)) published.push(`${exchange} ${key}`);
      }
    const sends = commands.filter(({ sentBy }) => sentBy.includes(service));
    expect(published).toEqual(sends.map(({ type }) => `${exchangeOf(service)} ${type}`));
  });

  // The broker asks for the right of the key alone, and a header may name more keys.
  test('reaches no queue by a copy that it does not reach by a command', async () => {
    const administrator = await signIn(rabbitmq.user, rabbitmq.password);
    const counting = await administrator.createChannel();
    for (const queue of everyQueue) await counting.purgeQueue(queue);
    const sends = commands.filter(({ sentBy }) => sentBy.includes(service));
    for (const header of ['CC', 'BCC'])
      for (const { type } of sends)
        await may((channel) => {
          channel.publish(exchangeOf(service), type, Buffer.from('{}'), { headers: { [header]: everyKey } });
          return channel.waitForConfirms();
        });
    const reached: string[] = [];
    for (const queue of everyQueue) if ((await counting.checkQueue(queue)).messageCount > 0) reached.push(queue);
    await administrator.close();
    const allowed = new Set(sends.map(({ handledBy }) => queueOf(handledBy)));
    expect(reached.filter((queue) => !allowed.has(queue))).toEqual([]);
  });

  test('reads its own queue and the net below it, and no other', async () => {
    const read: string[] = [];
    for (const queue of everyQueue) if (await may((channel) => channel.get(queue))) read.push(queue);
    const handles = commands.some(({ handledBy }) => handledBy === service);
    expect(read).toEqual(handles ? [queueOf(service), netOf(service)] : []);
  });

  const own = queueOf(service);
  test.each<[string, (channel: Channel) => Promise<unknown>]>([
    ['make a queue', (channel) => channel.assertQueue(`${service}.spec`)],
    ['make a queue that the broker names', (channel) => channel.assertQueue('')],
    ['make an exchange', (channel) => channel.assertExchange(`${service}.spec`, 'topic')],
    ['delete a queue', (channel) => channel.deleteQueue(everyQueue.includes(own) ? own : everyQueue[0]!)],
    ['delete an exchange', (channel) => channel.deleteExchange(exchanges[0]!)],
    ['bind a queue to hear what others are sent', (channel) => channel.bindQueue(everyQueue[0]!, exchanges[0]!, '#')],
    ['unbind a queue', (channel) => channel.unbindQueue(everyQueue[0]!, exchanges[0]!, '#')],
  ])('may not %s', async (_, action) => {
    expect(await may(action)).toBe(false);
  });

  test('is let in neither with another password nor to the page of the operators', async () => {
    await expect(signIn(service, 'guess')).rejects.toThrow(/ACCESS.REFUSED/);
    expect(await statusOfPage(service, passwordOf(service))).toBe(401);
  });
});

test('a service that takes all its connections leaves the others theirs', async () => {
  await deployUsers();
  const taken: ChannelModel[] = [];
  const greedy = async () => {
    while (taken.length <= CONNECTIONS_OF_A_SERVICE) taken.push(await signIn('notification', passwordOf('notification')));
  };
  try {
    await expect(greedy()).rejects.toThrow('ConnectionClose');
    expect(taken).toHaveLength(CONNECTIONS_OF_A_SERVICE);
    await (await signIn('order', passwordOf('order'))).close();
  } finally {
    await Promise.all(taken.map((connection) => connection.close()));
  }
});

test('nobody is let in as guest, or without a name', async () => {
  await expect(signIn('guest', 'guest')).rejects.toThrow(/ACCESS.REFUSED/);
  expect(await statusOfPage('guest', 'guest')).toBe(401);
  const anonymous = { mechanism: 'ANONYMOUS', response: () => Buffer.alloc(0) };
  await expect(connect(at, { ca, credentials: anonymous })).rejects.toThrow('ANONYMOUS');
});

async function statusOfPage(user: string, password: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const page = await fetch(`${management}/api/overview`, { ...trust, headers: { authorization } });
  await page.arrayBuffer();
  return page.status;
}

test('a right that comes with a new version holds after the deploy step, on the broker that runs', async () => {
  const administrator = { user: rabbitmq.user, password: rabbitmq.password };
  const authorization = `Basic ${Buffer.from(`${administrator.user}:${administrator.password}`).toString('base64')}`;
  const put = (path: string, body: unknown) =>
    fetch(`${management}/api/${path}`, {
      ...trust,
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await put(`permissions/${VHOST}/order`, NO_RIGHTS)).ok).toBe(true);
  const connection = await signIn('order', passwordOf('order'));
  const mayPublish = async () => {
    const channel = await connection.createConfirmChannel();
    const refused = once(channel, 'error').then(() => false);
    channel.publish(exchangeOf('order'), 'payment.charge.v1', Buffer.from('{}'));
    const confirmed = channel.waitForConfirms().then(() => true);
    return Promise.race([refused, confirmed.catch(() => refused)]);
  };
  expect(await mayPublish()).toBe(false);

  await deployUsers();
  expect(await mayPublish()).toBe(true); // on the connection from before
  await connection.close();
});

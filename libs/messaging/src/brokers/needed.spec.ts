import { describe, expect, test } from '@jest/globals';
import { command, event } from '@waybill/contract-kit';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { deployTopology } from './deploy-topology.js';
import { Messaging } from '../messaging.js';

const parts = {
  schema: z.strictObject({ name: z.string() }),
  key: ({ name }: { name: string }) => name,
  sample: { name: 'Ada' },
};
const greet = command({ type: 'greeter.greet.v1', sentBy: ['desk'], handledBy: 'greeter', ...parts });
const greeted = event({ type: 'greeter.greeted.v1', emittedBy: 'greeter', handledBy: ['desk'], sequence: () => 1, ...parts });
const rabbitmq = { host: '127.0.0.1', port: 1, vhost: '/', user: 'u', password: 'p' };
const database = new DataSource({ type: 'postgres' });

describe('a service with one broker', () => {
  test('is refused when one of its messages travels by the other one', () => {
    const both = [greet, greeted];
    expect(() => new Messaging({ service: 'greeter', contracts: both, database, rabbitmq })).toThrow(
      'greeter.greeted.v1 is an event, which travels by Kafka: give the option `kafka`.',
    );
    expect(
      () => new Messaging({ service: 'greeter', contracts: [greet], database, kafka: { brokers: [], user: 'u', password: 'p' } }),
    ).toThrow('greeter.greet.v1 is a command, which travels by RabbitMQ: give the option `rabbitmq`.');
    expect(() => new Messaging({ service: 'stranger', contracts: both, database, rabbitmq })).not.toThrow();
  });

  test('tells nothing of the other one', () => {
    const messaging = new Messaging({ service: 'greeter', contracts: [greet], database, rabbitmq });
    expect(messaging.health()).toEqual({ rabbitmq: 'down', kafka: 'unused', missing: [], ready: false });
  });

  test('has no topology deployed without the other one', async () => {
    await expect(deployTopology({ contracts: [greet, greeted], rabbitmq })).rejects.toThrow('give the option `kafka`');
  });
});

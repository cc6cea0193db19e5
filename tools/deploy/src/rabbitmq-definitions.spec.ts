import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { rabbitmqDefinitions } from './rabbitmq-definitions.ts';

const definitionsWith = (testAdministrator: boolean) =>
  rabbitmqDefinitions({ password: (secret) => `password of ${secret}`, testAdministrator });

describe("RabbitMQ's definitions", () => {
  const { users, permissions, exchanges, topic_permissions: topics } = definitionsWith(false);

  it('hold every exchange that a right names, because RabbitMQ 4.3 refuses the right otherwise', () => {
    expect(exchanges.map(({ name }) => name)).toEqual(expect.arrayContaining(topics.map(({ exchange }) => exchange)));
    expect(exchanges.length).toBeGreaterThan(0);
  });

  it('let only the deploy step configure and administrate', () => {
    expect(permissions.filter(({ configure }) => configure !== '^$' && configure !== '').map(({ user }) => user)).toEqual([
      'deploy',
    ]);
    expect(users.filter(({ tags }) => tags.includes('administrator')).map(({ name }) => name)).toEqual(['deploy']);
    expect(definitionsWith(true).users.map(({ name }) => name)).toContain('administrator');
  });

  it("hold a hash of each user's own password, in RabbitMQ's form, and no password", () => {
    const hash = Buffer.from(users.find(({ name }) => name === 'order')!.password_hash, 'base64');
    const expected = createHash('sha256').update(hash.subarray(0, 4)).update('password of rabbitmq-order').digest();
    expect(hash.subarray(4)).toEqual(expected);
    expect(JSON.stringify(users)).not.toContain('password of');
  });
});

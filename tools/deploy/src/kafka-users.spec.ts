import { describe, expect, it } from '@jest/globals';
import { contracts, kafkaRights, SERVICES } from '@waybill/contracts';
import { pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaBrokerFile, kafkaUsers } from './kafka-users.ts';

const password = (secret: string) => `password of ${secret}`;
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe("Kafka's users", () => {
  it('are one for each service, with its rights of the contracts, and one that sees all and reads nothing', () => {
    const users = kafkaUsers(password);
    expect(users.map(({ name }) => name)).toEqual([...SERVICES, 'observer']);
    for (const service of SERVICES)
      expect(users.find(({ name }) => name === service)?.rights).toEqual(kafkaRights(service, contracts));
    expect(new Set(users.at(-1)!.rights.map(({ operation }) => operation))).toEqual(new Set(['describe']));
  });

  it('have their passwords salted as SCRAM-SHA-512 does, and no password', () => {
    const users = kafkaUsers(password);
    const { salt, iterations, saltedPassword } = users[0]!;
    const expected = pbkdf2Sync('password of kafka-order', Buffer.from(salt, 'base64'), iterations, 64, 'sha512');
    expect(saltedPassword).toBe(expected.toString('base64'));
    expect(JSON.stringify(users)).not.toContain('password of');
  });
});

describe("the broker's own file", () => {
  it('limits nobody but the broker and the deploy step, and lets no service in', () => {
    const lines = linesOf(kafkaBrokerFile({ password, testAdministrator: false }));
    expect(lines).toContain('super.users=User:broker;User:deploy');
    const letIn = (listener: string) =>
      [...lines.find((line) => line.startsWith(`listener.name.${listener}.`))!.matchAll(/user_(\w+)=/g)].map(([, name]) => name);
    expect(letIn('clients')).toEqual(['broker', 'deploy', 'probe']);
    expect(letIn('controller')).toEqual(['broker']);
  });
});

describe("Kafka's configuration", () => {
  const shared = linesOf(readFileSync(join(import.meta.dirname, '../../../infra/kafka/server.properties'), 'utf8'));

  it('lets nobody in without a password, and refuses what no right says', () => {
    expect(shared).toContain('authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer');
    expect(shared).toContain('allow.everyone.if.no.acl.found=false');
    const protocols = shared
      .find((line) => line.startsWith('listener.security.protocol.map='))!
      .split('=')[1]!
      .split(',');
    for (const protocol of protocols) expect(protocol).toMatch(/:SASL_/);
  });

  it('keeps the controller in a container from the other containers', () => {
    const container = linesOf(readFileSync(join(import.meta.dirname, '../../../infra/kafka/container.properties'), 'utf8'));
    expect(container.find((line) => line.startsWith('listeners='))).toMatch(/,CONTROLLER:\/\/127\.0\.0\.1:\d+$/);
  });
});

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
  const linesIn = (file: string) => linesOf(readFileSync(join(import.meta.dirname, '../../../infra/kafka', file), 'utf8'));
  const shared = linesIn('server.properties');
  const protocolsIn = (file: string) =>
    linesIn(file)
      .find((line) => line.startsWith('listener.security.protocol.map='))!
      .split('=')[1]!
      .split(',');

  it('lets nobody in without a password, and refuses what no right says', () => {
    expect(shared).toContain('authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer');
    expect(shared).toContain('allow.everyone.if.no.acl.found=false');
    for (const file of ['server-tls.properties', 'server-clear.properties'])
      for (const protocol of protocolsIn(file)) expect(protocol).toMatch(/:SASL_/);
  });

  it('has clients speak TLS, and says in clear text what stays within the process alone', () => {
    expect(protocolsIn('server-tls.properties')).toEqual(['CLIENTS:SASL_SSL', 'CONTROLLER:SASL_PLAINTEXT']);
  });

  it('keeps the controller in a container from the other containers', () => {
    const container = linesIn('container.properties');
    expect(container.find((line) => line.startsWith('listeners='))).toMatch(/,CONTROLLER:\/\/127\.0\.0\.1:\d+$/);
  });
});

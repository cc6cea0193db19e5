import type { KafkaRight } from '@waybill/contract-kit';
import type { AclEntry, Admin } from 'kafkajs';
import { type Logger, silent } from '../../message.js';
import { KafkaClient, type KafkaOptions, PATIENT_RETRY } from './client.js';
import { patiently } from './patiently.js';
import { giveUsersTheirPasswords, type ScramCredential } from './scram-users.js';

/** A user of Kafka: how its password is checked, and what it may do. */
export interface KafkaUser extends ScramCredential {
  /** The name `*` stands for every topic, or every group. */
  readonly rights: readonly KafkaRight[];
}

/**
 * Gives each of these users its password and exactly these rights: a right that it had and that is not among them is taken away.
 * Other users stay as they are. This is a deploy step: the same again changes nothing but the passwords' salt.
 * @param kafka a super user that signs in by PLAIN, because there may be no other user yet
 */
export async function deployKafkaUsers(kafka: KafkaOptions, users: readonly KafkaUser[], log: Logger = silent): Promise<void> {
  await giveUsersTheirPasswords(kafka, users);
  const client = new KafkaClient('deploy-users', kafka, PATIENT_RETRY, log);
  const admin = client.kafka.admin();
  await admin.connect();
  try {
    for (const user of users) await patiently(() => giveRights(admin, user));
  } finally {
    await admin.disconnect();
    client.end();
  }
}

async function giveRights(admin: Admin, { name, rights }: KafkaUser): Promise<void> {
  const principal = `User:${name}`;
  const wanted = rights.map((right) => entryOf(principal, right));
  const { resources } = await admin.describeAcls({
    principal,
    resourceType: ANY,
    resourcePatternType: ANY,
    operation: ANY,
    permissionType: ANY,
  });
  const there = resources.flatMap(({ acls, resourceType, resourceName, resourcePatternType }) =>
    acls.map((acl): AclEntry => ({ ...acl, resourceType, resourceName, resourcePatternType })),
  );
  const missing = without(wanted, there);
  const tooMany = without(there, wanted);
  // What is missing comes first: a service that runs never lacks a right that it keeps.
  if (missing.length > 0) await admin.createAcls({ acl: missing });
  if (tooMany.length > 0) await admin.deleteAcls({ filters: tooMany });
}

const entryOf = (principal: string, { resource, name, operation }: KafkaRight): AclEntry => ({
  principal,
  host: '*',
  resourceType: RESOURCE[resource],
  resourceName: name,
  resourcePatternType: LITERAL,
  operation: OPERATION[operation],
  permissionType: ALLOW,
});

const without = (some: readonly AclEntry[], others: readonly AclEntry[]): AclEntry[] => {
  const known = new Set(others.map(inOneLine));
  return some.filter((entry) => !known.has(inOneLine(entry)));
};

const inOneLine = (entry: AclEntry) =>
  [
    entry.principal,
    entry.host,
    entry.resourceType,
    entry.resourceName,
    entry.resourcePatternType,
    entry.operation,
    entry.permissionType,
  ].join(' ');

// In Kafka's protocol. kafkajs names them in enums that an ES module cannot import.
const ANY = 1;
const LITERAL = 3;
const ALLOW = 3;
const RESOURCE = { topic: 2, group: 3 } as const;
const OPERATION = { read: 3, write: 4, describe: 8 } as const;

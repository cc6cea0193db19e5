// The deploy step of the brokers: loads the users and rights of both, then declares exchanges, queues, bindings, topics and group
// offsets from the contracts. Runs as the user `deploy`; the services themselves may not configure anything. Run again, it changes
// nothing. RabbitMQ loads the same users by itself when it starts; here they reach one that runs, so that a version whose services
// send something new needs no restart of it.
import { readFileSync } from 'node:fs';
import { contracts } from '@waybill/contracts';
import { deployKafkaUsers, deployTopology, type KafkaUser, reloadKafkaCertificate } from '@waybill/messaging';
import { loadDefinitions } from './load-definitions.ts';
import { setting, trustedCa } from './setting.ts';

/** As infra/kafka/server.properties has it. */
const KAFKA_NODE = 1;

const started = Date.now();
try {
  const ca = trustedCa();
  const kafka = {
    brokers: setting('KAFKA_BROKERS').split(','),
    user: setting('KAFKA_USER'),
    password: readFileSync(setting('KAFKA_PASSWORD_FILE'), 'utf8').trim(),
    mechanism: 'plain',
    ca,
  } as const;
  const kafkaUsers = JSON.parse(readFileSync(setting('KAFKA_USERS_FILE'), 'utf8')) as KafkaUser[];
  const user = setting('RABBITMQ_USER');
  const password = readFileSync(setting('RABBITMQ_PASSWORD_FILE'), 'utf8').trim();
  const definitions = readFileSync(setting('RABBITMQ_DEFINITIONS_FILE'), 'utf8');
  await loadDefinitions({ url: setting('RABBITMQ_MANAGEMENT_URL'), user, password, ca }, definitions);
  await deployKafkaUsers(kafka, kafkaUsers);
  await deployTopology({
    contracts,
    rabbitmq: {
      host: setting('RABBITMQ_HOST'),
      port: Number(setting('RABBITMQ_PORT')),
      vhost: setting('RABBITMQ_VHOST'),
      user,
      password,
      ca,
    },
    kafka,
    replicationFactor: Number(process.env['KAFKA_REPLICATION_FACTOR'] ?? 1),
  });
  // Its key and certificate may have been made anew since it started.
  if (ca) await reloadKafkaCertificate(kafka, KAFKA_NODE);
  console.log(JSON.stringify({ deployed: 'broker topology', contracts: contracts.length, ms: Date.now() - started }));
} catch (error) {
  console.error(`The broker topology was not deployed: ${(error as Error).message}`);
  process.exit(1);
}

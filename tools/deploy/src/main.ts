// The deploy step of the brokers: declares exchanges, queues, bindings, topics and group offsets from the contracts.
// Runs as the user `deploy`; the services themselves may not configure anything. Run again, it changes nothing.
import { readFileSync } from 'node:fs';
import { contracts } from '@waybill/contracts';
import { deployTopology } from '@waybill/messaging';
import { setting } from './setting.ts';

const started = Date.now();
try {
  await deployTopology({
    contracts,
    rabbitmq: {
      host: setting('RABBITMQ_HOST'),
      port: Number(setting('RABBITMQ_PORT')),
      vhost: setting('RABBITMQ_VHOST'),
      user: setting('RABBITMQ_USER'),
      password: readFileSync(setting('RABBITMQ_PASSWORD_FILE'), 'utf8').trim(),
    },
    kafka: { brokers: setting('KAFKA_BROKERS').split(',') },
    replicationFactor: Number(process.env['KAFKA_REPLICATION_FACTOR'] ?? 1),
  });
  console.log(JSON.stringify({ deployed: 'broker topology', contracts: contracts.length, ms: Date.now() - started }));
} catch (error) {
  console.error(`The broker topology was not deployed: ${(error as Error).message}`);
  process.exit(1);
}

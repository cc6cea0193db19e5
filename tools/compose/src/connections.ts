// Run in a container: prints where the servers are there and how to sign in, as the native stack writes it for specs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CA_FILE, PAIR_FILE, Secrets, signIns, TLS_FOLDER, VHOST } from '@waybill/deploy';
import { topology } from '@waybill/stack';
import type { Connections } from '@waybill/testing';

const [volume = ''] = process.argv.slice(2);
/** The folder that no container of the system mounts. */
const secrets = new Secrets(join(volume, 'all'));
const { superuser, outsideWorld, machine, ...brokers } = signIns(secrets, { testAdministrator: false });
/** Of those that may call a replica. */
const tls = join(volume, 'prometheus', TLS_FOLDER);
const ca = readFileSync(join(tls, CA_FILE), 'utf8');
const { postgres, rabbitmq, kafka } = topology;
// There is no administrator for specs in containers: the deploy step's users may do everything.
const { deploy: inRabbit } = brokers.rabbitmq;
const { deploy: inKafka } = brokers.kafka;

const connections: Connections = {
  instance: 'containers',
  secrets: secrets.dir,
  tls: { ca, probe: readFileSync(join(tls, PAIR_FILE), 'utf8'), dir: volume },
  postgres: { host: 'postgres', port: postgres.ports.sql, ssl: { ca }, superuser },
  rabbitmq: {
    host: 'rabbitmq',
    port: rabbitmq.ports.amqp,
    vhost: VHOST,
    ca,
    management: `https://rabbitmq:${rabbitmq.ports.management}`,
    deploy: inRabbit,
    administrator: inRabbit,
  },
  kafka: { brokers: [`kafka:${kafka.ports.kafka}`], ca, deploy: inKafka, administrator: inKafka },
  outsideWorld,
  identity: { issuer: '', people: {}, machine },
};
console.log(JSON.stringify(connections));

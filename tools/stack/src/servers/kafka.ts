import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CA_FILE,
  KAFKA_PROBE_USER,
  KAFKA_USERS_SECRET,
  kafkaBrokerFile,
  kafkaSecretOf,
  kafkaUsers,
  PAIR_FILE,
  type Secrets,
} from '@waybill/deploy';
import { projectRoot, run } from '@waybill/kit';
import { DEFAULT_INSTANCE } from '../instance.ts';
import { portKey } from '../topology.ts';
import { hopeless } from './hopeless.ts';
import { type Asked, askWhole } from './probe.ts';
import { writeSecret } from './secret-file.ts';
import type { Launch, Prepare } from './server.ts';
import { tlsFolderOf } from './tls-files.ts';

const CONFIGURATION = join(projectRoot, 'infra/kafka');

/** A small heap, the collector and the compiler level that start fastest: ready in 2-5 s instead of 6-14. */
const JAVA_FLAGS = [
  '-Xms256m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:-UsePerfData',
];

export const kafka: Prepare = async ({ name }, around) => {
  const home = join(around.home, 'kafka');
  const port = around.ports[portKey(name, 'kafka')]!;
  const controller = around.ports[portKey(name, 'controller')]!;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const data = join(home, 'data');
  const properties = join(home, 'server.properties');
  const password = (secret: string) => around.secrets.value(secret);
  const tlsDir = tlsFolderOf(name, around);
  const ca = tlsDir && readFileSync(join(tlsDir, CA_FILE), 'utf8');
  const common = ['server.properties', tlsDir ? 'server-tls.properties' : 'server-clear.properties'];
  const configure = () =>
    writeSecret(
      properties,
      [
        ...common.map((file) => readFileSync(join(CONFIGURATION, file), 'utf8')),
        instanceProperties(port, controller, data),
        ...(tlsDir ? [tlsProperties(tlsDir)] : []),
        kafkaBrokerFile({ password, testAdministrator: around.instance.name !== DEFAULT_INSTANCE }),
      ].join('\n'),
    );
  configure();
  writeUsers(around);
  const logging = join(home, 'log4j2.properties');
  copyFileSync(join(CONFIGURATION, 'log4j2.properties'), logging);
  const java = (...args: string[]) => [
    ...JAVA_FLAGS,
    `-Dlog4j2.configurationFile=${logging}`,
    ...['-cp', around.software.kafkaClasspath, ...args],
  ];
  const env = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' };
  if (!existsSync(join(data, 'meta.properties'))) {
    const clusterId = randomBytes(16).toString('base64url');
    // In one word: every 64th id begins with a dash, and would be taken for an option.
    const format = ['format', `--cluster-id=${clusterId}`, '--config', properties, '--ignore-formatted'];
    await run(around.software.java, java('kafka.tools.StorageTool', ...format), { env, cwd: home });
  }
  return {
    file: around.software.java,
    args: java('kafka.Kafka', properties),
    env,
    cwd: home,
    stopWithinMs: 30_000,
    readyWithinMs: 90_000,
    beforeStart: configure,
    isReady: () => isReady({ port, ca }, password(kafkaSecretOf(KAFKA_PROBE_USER))),
    hopeless: hopeless.kafka,
  } satisfies Launch;
};

const instanceProperties = (port: number, controller: number, data: string) =>
  [
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `listeners=CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    `advertised.listeners=CLIENTS://127.0.0.1:${port}`,
    `log.dirs=${inJavasFormat(data)}`,
    '',
  ].join('\n');

/** Of what is said twice Java takes the last. */
const tlsProperties = (dir: string) =>
  [
    `listener.name.clients.ssl.keystore.location=${inJavasFormat(join(dir, PAIR_FILE))}`,
    `listener.name.clients.ssl.truststore.location=${inJavasFormat(join(dir, CA_FILE))}`,
    '',
  ].join('\n');

/** A backslash would be read away by Java's format. */
const inJavasFormat = (path: string) => path.replaceAll('\\', '\\\\');

/** Writes users and rights for the deploy step, as the code has them now. */
export function writeUsers({ secrets }: { readonly secrets: Secrets }): void {
  writeSecret(
    join(secrets.dir, KAFKA_USERS_SECRET),
    JSON.stringify(
      kafkaUsers((secret) => secrets.value(secret)),
      null,
      2,
    ),
  );
}

const [METADATA, SASL_HANDSHAKE, SASL_AUTHENTICATE] = [3, 17, 36];

/**
 * Signs in by PLAIN and asks for metadata of no topic, all in one packet. The broker is ready when it names itself, which it does
 * once it is unfenced.
 */
async function isReady(at: Asked, password: string): Promise<boolean> {
  const token = Buffer.from(`\0${KAFKA_PROBE_USER}\0${password}`);
  const answers = await askWhole(
    at,
    Buffer.concat([
      request(SASL_HANDSHAKE, 1, text('PLAIN')),
      request(SASL_AUTHENTICATE, 1, Buffer.concat([int32(token.length), token])),
      request(METADATA, 4, Buffer.concat([int32(0), Buffer.from([0])])),
    ]),
    3,
  );
  const metadata = answers?.[2];
  // correlation id, throttle time, then the number of brokers
  return metadata !== undefined && metadata.length >= 12 && metadata.readInt32BE(8) >= 1;
}

function request(key: number, version: number, body: Buffer): Buffer {
  const head = Buffer.concat([int16(key), int16(version), int32(1), text('probe')]);
  return Buffer.concat([int32(head.length + body.length), head, body]);
}

const text = (value: string) => Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, run } from '@waybill/kit';
import { portKey } from '../topology.ts';
import { hopeless } from './hopeless.ts';
import { ask } from './probe.ts';
import type { Launch, Prepare } from './server.ts';

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
  writeFileSync(
    properties,
    `${readFileSync(join(CONFIGURATION, 'server.properties'), 'utf8')}\n${instanceProperties(port, controller, data)}`,
  );
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
    isReady: () => isReady(port),
    hopeless: hopeless.kafka,
  } satisfies Launch;
};

const instanceProperties = (port: number, controller: number, data: string) =>
  [
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    // A backslash and a space at the start would be read away by Java's format.
    `log.dirs=${data.replaceAll('\\', '\\\\')}`,
    '',
  ].join('\n');

/** A Metadata request (version 4, no topics): the broker is ready when it names itself, which it does once it is unfenced. */
async function isReady(port: number): Promise<boolean> {
  const body = Buffer.concat([int16(3), int16(4), int32(1), int16(5), Buffer.from('probe'), int32(0), Buffer.from([0])]);
  const answer = await ask(port, Buffer.concat([int32(body.length), body]));
  // length, correlation id, throttle time, then the number of brokers
  return answer !== undefined && answer.length >= 16 && answer.readInt32BE(12) >= 1;
}

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

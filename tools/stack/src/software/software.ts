import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../report.ts';
import { debianTree } from './debian.ts';
import { kafkaJars } from './kafka.ts';
import { run } from './run.ts';

/** Where the programs of the servers are on this machine. */
export interface Software {
  /** The folder into which Debian's packages were unpacked. */
  readonly debian: string;
  readonly java: string;
  /** The jars of Kafka, in a fixed order: the class data archive depends on it. */
  readonly kafkaClasspath: string;
}

/** Finds or fetches what the servers need. Without anything missing it takes no time and no network. */
export async function prepareSoftware(report: Report): Promise<Software> {
  const machineJava = await javaOfMachine();
  const roots = ['rabbitmq-server', 'nginx', ...(machineJava ? [] : [JAVA_PACKAGE])];
  const debian = await debianTree(roots, report);
  pointErlangAt(join(debian, 'usr/lib/erlang'));
  const java = machineJava ?? javaIn(debian);
  const jars = await kafkaJars(async () => ({ file: 'mvn', env: process.env }), report);
  const kafkaClasspath = readdirSync(jars)
    .sort()
    .map((jar) => join(jars, jar))
    .join(':');
  return { debian, java, kafkaClasspath };
}

const JAVA_PACKAGE = 'openjdk-17-jre-headless';

/** The machine's own Java when it is new enough for Kafka 4. */
async function javaOfMachine(): Promise<string | undefined> {
  const properties = await run('java', ['-XshowSettings:properties', '-version'], {}).catch(() => undefined);
  return properties === undefined ? undefined : 'java';
}

function javaIn(debian: string): string {
  const home = join(debian, 'usr/lib/jvm');
  const found = readdirSync(home)
    .map((name) => join(home, name, 'bin/java'))
    .find((file) => existsSync(file));
  if (!found) throw new Error(`No Java was unpacked in ${home}: remove that folder's parent and start again.`);
  return found;
}

/** Erlang's start scripts carry the path that Debian installs to. RabbitMQ runs `erl` once while it boots. */
function pointErlangAt(erlang: string): void {
  const scripts = [
    'bin',
    ...readdirSync(erlang)
      .filter((name) => name.startsWith('erts-'))
      .map((name) => `${name}/bin`),
  ].map((dir) => join(erlang, dir, 'erl'));
  for (const script of scripts.filter((file) => existsSync(file))) {
    const text = readFileSync(script, 'utf8');
    const pointed = text.replaceAll(/^(\s*)ROOTDIR=\/usr\/lib\/erlang$/gm, `$1ROOTDIR="${erlang}"`);
    if (pointed !== text) writeFileSync(script, pointed);
  }
}

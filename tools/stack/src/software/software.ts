import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@waybill/kit';
import { cacheDir } from '../instance.ts';
import { Apt, release } from './apt.ts';
import { aloneOnTheCache } from './cache-lock.ts';
import { unpackTrees, type Tree } from './debian.ts';
import { javaOfMachine, unpackedJava } from './java.ts';
import { fetchJars, jarsFolder } from './kafka.ts';
import { mavenOfMachine, unpackedMaven } from './maven.ts';
import { writeTrustStore } from './trust-store.ts';

/** Where the programs of the servers are on this machine. */
export interface Software {
  /** The folder into which Debian's packages of RabbitMQ with Erlang and of nginx were unpacked. */
  readonly debian: string;
  /** The same for Prometheus, its page and its exporters. */
  readonly prometheus: string;
  readonly java: string;
  /** The jars of Kafka, in a fixed order: the class data archive depends on it. */
  readonly kafkaClasspath: string;
}

/**
 * Finds or fetches what the servers need. Without anything missing it takes no time and no network. What it fetches is
 * shared by all clones of a user; each part appears whole, by a rename, and is never changed while something may use it.
 */
export async function prepareSoftware(report: Report): Promise<Software> {
  const home = join(cacheDir(), await release());
  const machineJava = await javaOfMachine();
  const servers = join(home, 'servers');
  const prometheus = join(home, 'prometheus');
  const java = join(home, 'java');
  const jars = jarsFolder();
  const complete = () => [servers, prometheus, jars, ...(machineJava ? [] : [java])].every((folder) => existsSync(folder));
  if (!complete()) await aloneOnTheCache(report, () => fetchMissing(home, machineJava, report));
  const kafkaClasspath = readdirSync(jars)
    .sort()
    .map((jar) => join(jars, jar))
    .join(':');
  return { debian: servers, prometheus, java: join(machineJava ?? unpackedJava(java), 'bin/java'), kafkaClasspath };
}

async function fetchMissing(home: string, machineJava: string | undefined, report: Report): Promise<void> {
  const missing = (name: string) => !existsSync(join(home, name));
  const jarsMissing = !existsSync(jarsFolder());
  const machineMaven = jarsMissing ? await mavenOfMachine() : undefined;
  const needed = {
    servers: missing('servers'),
    prometheus: missing('prometheus'),
    java: !machineJava && missing('java'),
    maven: jarsMissing && !machineMaven && missing('maven'),
  };
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (Object.values(needed).includes(true)) {
    const apt = new Apt(home);
    await apt.update(report);
    const trees: Tree[] = [];
    if (needed.servers) trees.push(serversIn(join(home, 'servers')));
    if (needed.prometheus) trees.push(prometheusIn(join(home, 'prometheus')));
    if (needed.java) trees.push(javaIn(join(home, 'java'), await apt.newestJava()));
    if (needed.maven) trees.push(mavenIn(join(home, 'maven')));
    await unpackTrees(apt, trees, report);
  }
  if (!jarsMissing) return;
  const maven = join(home, 'maven');
  await fetchJars(machineMaven ?? unpackedMaven(maven, machineJava ?? unpackedJava(join(home, 'java'))), report);
  rmSync(maven, { recursive: true, force: true });
}

/** libssl and libpcre are taken because a minimal system lacks them. */
const serversIn = (folder: string): Tree => ({
  folder,
  roots: ['rabbitmq-server', 'nginx'],
  wanted: /^(rabbitmq-server|erlang-[a-z0-9-]+|nginx|nginx-core|libssl\d[a-z0-9.]*|libpcre2-8-0|libpcre3)$/,
  finish: (now) => pointErlangAt(join(now, 'usr/lib/erlang'), join(folder, 'usr/lib/erlang')),
});

/** Its page is made of libraries that Debian has in separate packages. */
const prometheusIn = (folder: string): Tree => ({
  folder,
  roots: ['prometheus', 'prometheus-postgres-exporter', 'prometheus-nginx-exporter'],
  wanted: /^(prometheus|prometheus-(postgres|nginx)-exporter|libjs-.*|fonts-glyphicons-halflings)$/,
  // 200 MB of what the one file of time zones was made from, which is all that the page loads.
  finish: (now) => rmSync(join(now, 'usr/share/javascript/moment-timezone/data'), { recursive: true, force: true }),
});

const javaIn = (folder: string, name: string): Tree => ({
  folder,
  roots: [name, 'ca-certificates'],
  wanted: new RegExp(`^(${name}|ca-certificates)$`),
  finish: (now) => writeTrustStore(now, unpackedJava(now)),
});

/** Kafka has no Debian package, and Maven fetches its jars; it is removed when they are there. */
const mavenIn = (folder: string): Tree => ({ folder, roots: ['maven'], wanted: /^(maven|lib.*-java)$/ });

/** Erlang's start scripts carry the path that Debian installs to. RabbitMQ runs `erl` once while it boots. */
function pointErlangAt(now: string, erlang: string): void {
  const runtimes = readdirSync(now).filter((name) => name.startsWith('erts-'));
  const scripts = ['bin', ...runtimes.map((name) => `${name}/bin`)].map((dir) => join(now, dir, 'erl'));
  for (const script of scripts.filter((file) => existsSync(file))) {
    const text = readFileSync(script, 'utf8');
    writeFileSync(script, text.replaceAll(/^(\s*)ROOTDIR=\/usr\/lib\/erlang$/gm, `$1ROOTDIR="${erlang}"`));
  }
}

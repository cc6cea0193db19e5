import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { elasticsearchSecretOf, elasticsearchUsers } from '@waybill/deploy';
import { projectRoot, run } from '@waybill/kit';
import { freePorts, javaOfMachine } from '@waybill/stack';
import { Client } from './client.ts';

const INFRA = join(projectRoot, 'infra/elk/elasticsearch');
/** Elasticsearch refuses to run as root; root then lends it the user `nobody`. */
const NOBODY = { uid: 65534, gid: 65534 };
const READY_WITHIN_MS = 300_000;

export interface Elasticsearch {
  /** Signed in as one of tools/deploy's users. */
  as(user: Parameters<typeof elasticsearchSecretOf>[0]): Client;
  readonly url: string;
  stop(): Promise<void>;
}

export const passwordOf = (secret: string) => `the password of ${secret}`;

/** Starts it in `folder` with the files of infra/elk/elasticsearch, as the container does, on free ports of loopback. */
export async function startElasticsearch(software: string, folder: string): Promise<Elasticsearch> {
  const java = await javaOfMachine();
  if (!java) throw new Error('Elasticsearch runs on Java 17 or later, which is not here: apt install openjdk-17-jre-headless.');
  const [http, transport] = (await freePorts(2)) as [number, number];
  // As nobody it could not read the cache of root.
  const home = join(folder, 'home');
  cpSync(software, home, { recursive: true });
  const config = join(folder, 'config');
  cpSync(join(home, 'config'), config, { recursive: true });
  const only = [
    'network.host: 127.0.0.1',
    `http.port: ${http}`,
    `transport.port: ${transport}`,
    `path.data: ${folder}/data`,
    `path.logs: ${folder}/logs`,
  ];
  writeFileSync(
    join(config, 'elasticsearch.yml'),
    `${readFileSync(join(INFRA, 'elasticsearch.yml'), 'utf8')}\n${only.join('\n')}\n`,
  );
  cpSync(join(INFRA, 'roles.yml'), join(config, 'roles.yml'));
  cpSync(join(INFRA, 'jvm.options'), join(config, 'jvm.options.d/waybill.options'));
  for (const [file, text] of Object.entries(elasticsearchUsers(passwordOf))) writeFileSync(join(config, file), text);
  for (const each of ['data', 'logs', 'tmp']) mkdirSync(join(folder, each));
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  if (user) await run('chown', ['-R', `${user.uid}:${user.gid}`, folder]);

  const child = spawn(join(home, 'bin/elasticsearch'), [], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', HOME: folder, ES_PATH_CONF: config, ES_JAVA_HOME: java, ES_TMPDIR: join(folder, 'tmp') },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...user,
  });
  const log = createWriteStream(join(folder, 'elasticsearch.log'));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const url = `http://127.0.0.1:${http}`;
  const as: Elasticsearch['as'] = (name) => new Client(url, name, passwordOf(elasticsearchSecretOf(name)));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(-child.pid!, 'SIGTERM');
    await ended;
  };
  const deadline = Date.now() + READY_WITHIN_MS;
  while (
    !(await as('observer')
      .get('/_cluster/health')
      .then(
        () => true,
        () => false,
      ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(
        `Elasticsearch did not get ready:\n${readFileSync(join(folder, 'elasticsearch.log'), 'utf8').slice(-3000)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return { as, url, stop };
}

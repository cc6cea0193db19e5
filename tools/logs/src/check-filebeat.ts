import { deepStrictEqual, strictEqual } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, run } from '@waybill/kit';
import type { Client } from './client.ts';
import { documentsOf, type Document } from './documents.ts';
import { capturedLines, labelsOf } from './fixtures.ts';
import { receiveBeats } from './lumberjack.ts';

const CONFIG = join(projectRoot, 'infra/elk/filebeat/filebeat.yml');
const STREAM = 'logs-waybill-filebeat';
const ALL_WITHIN_MS = 60_000;

interface Check {
  readonly program: string;
  readonly folder: string;
  readonly writer: Client;
  readonly reader: Client;
  readonly say: (line: string) => void;
}

/** Docker's files through a real Filebeat, its protocol, the pipeline and into Elasticsearch: nothing lost, nothing twice. */
export async function checkFilebeat({ program, folder, writer, reader, say }: Check): Promise<void> {
  const events: Document[] = [];
  let refused = 0;
  const logstash = await receiveBeats(async (batch) => {
    const statuses = await writer.create(STREAM, documentsOf(batch));
    const others = statuses.filter((status) => status !== 201);
    deepStrictEqual(new Set([409, ...others]), new Set([409]));
    refused += others.length;
    events.push(...batch);
  });
  const data = join(folder, 'filebeat-data');
  const containers = join(folder, 'containers');
  const env = { ...process.env, CONTAINERS: containers, PROJECT: 'waybill', LOGSTASH: `127.0.0.1:${logstash.port}` };
  const options = ['--strict.perms=false', `--path.data=${data}`, `--path.logs=${folder}/filebeat-logs`, '-c', CONFIG];
  let said = '';
  const start = () => {
    const child = spawn(program, ['-e', ...options], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    return child;
  };
  const docker = dockerFiles(containers);
  const everythingIsThere = async () => {
    await until('every line', () => texts(events).size >= docker.written.size);
    deepStrictEqual(texts(events), docker.written);
    const kept = [...docker.written.values()].filter((text) => !text.includes('"log.level":"debug"'));
    strictEqual((await reader.get<{ count: number }>(`/${STREAM}/_count`)).count, kept.length);
  };
  let filebeat: ChildProcess | undefined;
  try {
    for (const asked of ['config', 'output']) await run(program, ['test', asked, ...options], { env });
    say('Filebeat takes its configuration, and reaches the receiver as the health check asks');

    const lines = capturedLines();
    const half = Math.floor(lines.length / 2);
    for (const line of lines.slice(0, half)) docker.write(line);
    docker.writeForeign('somebody-else', 'order');
    docker.writeForeign('waybill', 'logstash');
    filebeat = start();
    await everythingIsThere();
    const [first] = events;
    deepStrictEqual(Object.keys(first!).sort(), ['@metadata', '@timestamp', 'docker', 'log', 'message', 'stream']);
    deepStrictEqual(Object.keys(first!['log'] as object).sort(), ['file', 'offset']);
    say(`${events.length} lines arrive in the shape that the specs of the pipeline assume; those of others do not`);

    // Some of these it has read and not noted when it dies, others it finds in files that were renamed meanwhile.
    for (const line of lines.slice(half, half + 40)) docker.write(line);
    await until('one line more', () => events.length > half);
    await end(filebeat, 'SIGKILL');
    docker.rotate();
    for (const line of lines.slice(half + 40)) docker.write(line);
    filebeat = start();
    await everythingIsThere();
    say(`killed while it reads, and files renamed meanwhile: ${docker.written.size} lines, none lost, none twice`);

    await end(filebeat, 'SIGTERM');
    rmSync(data, { recursive: true });
    const before = events.length;
    filebeat = start();
    await until('all lines again', () => events.length >= before + docker.written.size);
    await everythingIsThere();
    say(`its memory lost: everything sent again, ${refused} documents refused as there already`);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nFilebeat said at last: ${said.slice(-1000)}`, { cause: error });
  } finally {
    if (filebeat) await end(filebeat, 'SIGKILL');
    logstash.close();
  }
}

/** By Docker's time, which no two lines share here: each text once, however often it was sent. */
const texts = (events: readonly Document[]) =>
  new Map(events.map((event) => [event['@timestamp'] as string, (event['message'] as string).replace(/\n$/, '')]));

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + ALL_WITHIN_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Filebeat did not bring ${what} in ${ALL_WITHIN_MS / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Files as Docker's json-file driver writes them, with the labels that docker-compose.yml asks for. */
function dockerFiles(folder: string) {
  /** What must arrive: text by time. */
  const written = new Map<string, string>();
  const files = new Set<string>();
  let clock = Date.now();

  const append = (project: string, service: string, replica: number, text: string): string => {
    const id = Buffer.from(`${project} ${service} ${replica}`).toString('hex').padEnd(64, '0');
    const file = join(folder, id, `${id}-json.log`);
    files.add(file);
    mkdirSync(join(folder, id), { recursive: true });
    const attrs = { ...labelsOf(service, replica), 'com.docker.compose.project': project };
    const time = new Date((clock += 1)).toISOString();
    appendFileSync(file, `${JSON.stringify({ log: `${text}\n`, stream: 'stdout', attrs, time })}\n`);
    return time;
  };
  return {
    written,
    write: ({ service, replica, text }: ReturnType<typeof capturedLines>[number]) =>
      void written.set(append('waybill', service, replica, text), text),
    writeForeign: (project: string, service: string) => void append(project, service, 1, 'nothing of ours'),
    rotate: () => {
      for (const file of files) renameSync(file, `${file}.1`);
      files.clear();
    },
  };
}

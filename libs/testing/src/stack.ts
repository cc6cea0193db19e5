import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Connections, readConnections } from './connections.js';
import { told } from './told.js';

/** Where the real servers are. The PostgreSQL user may make databases, the users of the brokers may do everything. */
export interface TestStack {
  /** The instance of `npm run stack` that these servers belong to. */
  readonly instance: string;
  /** The folder with the passwords of every user, a file each. */
  readonly secrets: string;
  /** What TLS needs. Left out: everything goes in clear text. */
  readonly tls?: NonNullable<Connections['tls']>;
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly ssl: { readonly ca: string } | false;
    readonly user: string;
    readonly password: string;
  };
  readonly rabbitmq: {
    readonly host: string;
    readonly port: number;
    readonly vhost: string;
    readonly ca?: string;
    readonly user: string;
    readonly password: string;
    /** Its HTTP API, where the same user may do everything. */
    readonly management: string;
  };
  readonly kafka: {
    readonly brokers: string[];
    readonly ca?: string;
    readonly user: string;
    readonly password: string;
    readonly mechanism: 'plain';
  };
}

const INSTANCE = 'test';

let found: TestStack | undefined;
let failed: Error | undefined;

/**
 * The servers that specs run on. The test runner starts them once and says in WAYBILL_TEST_STACK where they are. A spec that
 * runs by itself starts them on first use, or finds them running, and leaves them for the next run (`npm run stack -- down
 * --instance test` ends them).
 */
export function testStack(): TestStack {
  // Starting servers that do not start takes long: once is enough.
  if (failed) throw failed;
  try {
    return (found ??= readStack(process.env['WAYBILL_TEST_STACK'] ?? startStack()));
  } catch (error) {
    throw (failed = error as Error);
  }
}

const connectionsFile = () => process.env['WAYBILL_TEST_STACK'] ?? told('WAYBILL_TEST_STACK_TO_START');

function startStack(): string {
  const { status } = spawnSync(
    process.execPath,
    [told('WAYBILL_STACK_PROGRAM'), 'up', '--only', 'postgres,rabbitmq,kafka', '--instance', INSTANCE],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (status !== 0)
    throw new Error(`The test servers did not start: see above, or run \`npm run stack -- up --instance ${INSTANCE}\`.`);
  return connectionsFile();
}

function readStack(file: string): TestStack {
  const { instance, secrets, tls, postgres, rabbitmq, kafka } = readConnections(file);
  const { administrator, deploy: _, ...broker } = rabbitmq;
  if (!administrator || !kafka.administrator)
    throw new Error(`Specs may not use the instance ${instance}: its brokers have no administrator.`);
  return {
    instance,
    secrets,
    ...(tls && { tls }),
    postgres: { host: postgres.host, port: postgres.port, ssl: postgres.ssl, ...postgres.superuser },
    rabbitmq: { ...broker, ...administrator },
    kafka: { brokers: kafka.brokers, ...(kafka.ca && { ca: kafka.ca }), ...kafka.administrator },
  };
}

export type Server = 'postgres' | 'rabbitmq' | 'kafka';

/** Stops, kills (SIGKILL), starts or restarts a server of the test stack; resolves when it is down, or answers again. */
export async function control(action: 'stop' | 'kill' | 'start' | 'restart', server: Server): Promise<void> {
  const child = spawn(process.execPath, [told('WAYBILL_STACK_PROGRAM'), action, server, '--instance', testStack().instance], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`\`stack ${action} ${server}\` ended with ${String(code)}: ${said}`);
}

/**
 * How much memory RabbitMQ may use. Above that it takes nothing from publishers until it may use more. This does what
 * `rabbitmqctl set_vm_memory_high_watermark` does, in the environment of the running broker: its names, its cookie, its
 * Erlang.
 */
export function limitRabbitMemory(bytes: number): void {
  const state = readFileSync(join(dirname(connectionsFile()), 'state.json'), 'utf8');
  const { pid } = (JSON.parse(state) as { processes: { rabbitmq: { pid: number } } }).processes.rabbitmq;
  const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  const env = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const set = `ok = rpc:call('${env['RABBITMQ_NODENAME']}', vm_memory_monitor, set_vm_memory_high_watermark, [{absolute, ${bytes}}]), halt().`;
  const asAnotherNode = ['-noinput', '-boot', 'start_clean', '-sname', 'memory_limit', '-start_epmd', 'false'];
  const local = ['-kernel', 'inet_dist_use_interface', '{127,0,0,1}'];
  const { status, stderr } = spawnSync(`${env['BINDIR']}/erlexec`, [...asAnotherNode, ...local, '-eval', set], {
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status !== 0) throw new Error(`RabbitMQ did not take its memory limit: ${stderr}`);
}

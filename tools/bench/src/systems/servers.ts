import type { Report } from '@waybill/kit';
import type { KafkaOptions } from '@waybill/messaging';
import type { SASLOptions } from 'kafkajs';
import { down, instanceOf, readConnections, status, up } from '@waybill/stack';

/** One address sends all orders, far more of them than one client may send as a rule. */
const CLIENT_REQUESTS_PER_SECOND = '999999';

/** What kafkajs alone is told. */
export interface BareKafka {
  readonly brokers: string[];
  readonly sasl: SASLOptions;
  readonly ssl: { readonly ca: string } | false;
}

/** The servers and services of the bench, as they run. */
export interface Servers {
  readonly instance: string;
  readonly connections: ReturnType<typeof readConnections>;
  /** RabbitMQ, and who may do everything there. */
  readonly rabbitmq: {
    readonly host: string;
    readonly port: number;
    readonly vhost: string;
    readonly ca?: string | undefined;
    readonly user: string;
    readonly password: string;
  };
  /** Kafka, and the same there. */
  readonly kafka: KafkaOptions & BareKafka;
  readonly edge: string;
  readonly operations: string;
  readonly outsideWorld: string;
  readonly smtpPort: number;
  /** The process of each unit: `order-1`, `postgres`. */
  readonly pids: Readonly<Record<string, number>>;
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** A folder on the disk that the servers write to. */
  readonly folder: string;
  /** Ends what was started here. */
  end(): Promise<void>;
}

/** The process of each unit as it is now: what stops replicas and starts them again gives them other ones. */
export async function pidsNow(instance: string): Promise<Servers['pids']> {
  const { services } = await status(instance);
  return Object.fromEntries(services.flatMap(({ name, pid }) => (pid === null ? [] : [[name, pid]])));
}

/**
 * Brings an instance up with everything but the parts that only look on: a copy of the bench's own, so that no run of a person is
 * measured or disturbed. One that ran before stays when the bench ends.
 */
export async function startServers(
  instance: string,
  /** Undefined: everything. */
  only: readonly string[] | undefined,
  report: Report,
  signal: AbortSignal,
): Promise<Servers> {
  process.env['WAYBILL_CLIENT_REQUESTS_PER_SECOND'] ??= CLIENT_REQUESTS_PER_SECOND;
  const started = await up({ instance, ...(only && { only }), report, signal });
  if (!started) report(`the instance "${instance}" runs already, and stays`);
  try {
    const { services, urls } = await status(instance);
    const connections = readConnections(instance);
    const { host, port, vhost, administrator, ca } = connections.rabbitmq;
    const { brokers, administrator: kafkaAdministrator } = connections.kafka;
    if (!administrator || !kafkaAdministrator)
      throw new Error(`The bench cannot use the instance "${instance}": its brokers have no administrator.`);
    return {
      instance,
      connections,
      rabbitmq: { host, port, vhost, ca, ...administrator },
      kafka: { brokers, ca, ...kafkaAdministrator, sasl: saslOf(kafkaAdministrator), ssl: ca !== undefined && { ca } },
      edge: urls['edge'] ?? '',
      operations: urls['operations'] ?? '',
      outsideWorld: urls['outsideWorld'] ?? '',
      smtpPort: services.find(({ name }) => name === 'outside-world')?.ports['smtp'] ?? 0,
      pids: await pidsNow(instance),
      ports: Object.fromEntries(services.map(({ name, ports }) => [name, ports])),
      folder: instanceOf(instance).dir,
      async end() {
        if (!started) return;
        report('ending the servers');
        await down({ instance, purge: true, report });
      },
    };
  } catch (error) {
    if (started) await down({ instance, purge: true, report });
    throw error;
  }
}

/** The same for the bare client. */
const saslOf = ({
  mechanism,
  user: username,
  password,
}: {
  mechanism: 'plain';
  user: string;
  password: string;
}): SASLOptions => ({
  mechanism,
  username,
  password,
});

import type { FeedState } from '../live/feed.js';
import type { Prometheus, Value } from './prometheus.js';
import type { Replica, Replicas } from './replicas.js';

export interface SystemState {
  readonly at: number;
  readonly replicas: readonly (Replica & {
    readonly memoryBytes?: number;
    readonly cpu?: number;
    readonly startedAt?: number;
    readonly node?: string;
    readonly version?: string;
  })[];
  /** Servers and exporters that Prometheus asks, by their job. */
  readonly targets: readonly { readonly job: string; readonly up: boolean; readonly memoryBytes?: number }[];
  readonly outbox: readonly {
    readonly service: string;
    readonly lane: string;
    readonly rows: number;
    readonly oldestSeconds: number;
  }[];
  readonly parked: readonly { readonly service: string; readonly state: string; readonly rows: number }[];
  readonly queues: readonly { readonly queue: string; readonly ready: number; readonly unacked: number }[];
  readonly lag: readonly { readonly group: string; readonly topic: string; readonly events: number }[];
  /** What the groups that read a topic have not settled yet, by partition. */
  readonly partitions: readonly { readonly topic: string; readonly partition: number; readonly events: number }[];
  /** Messages a second that a service took in over the last minute, and how many of them it had already. */
  readonly inbox: readonly { readonly service: string; readonly perSecond: number; readonly duplicatesPerSecond: number }[];
  readonly orders: readonly { readonly status: string; readonly orders: number }[];
  readonly feed: FeedState;
  /** Why the figures are missing, when they are. */
  readonly problem?: string;
}

/** All figures by one question. What replicas read from one database, or ask of one broker, each of them tells: the rules take one. */
const FIGURES = [
  'up',
  'waybill_build_info',
  'waybill_broker_up',
  'process_resident_memory_bytes',
  'rabbitmq_process_resident_memory_bytes',
  'process_start_time_seconds',
  'lane:outbox_rows:max',
  'lane:outbox_oldest_seconds:max',
  'state:parked_rows:max',
  'group:kafka_lag:max',
  'partition:kafka_lag:max',
  'type:messages:rate1m',
  'rabbitmq_detailed_queue_messages_ready',
  'rabbitmq_detailed_queue_messages_unacked',
  'status:orders:max',
] as const;
const QUERY = `{__name__=~"${FIGURES.join('|')}"}`;

/** The system as it is now: who answers, by asking them; and what waits where, by Prometheus. */
export async function readState(
  replicas: Replicas,
  prometheus: Prometheus,
  feed: { state(replicas: readonly Replica[]): FeedState },
  now = Date.now(),
): Promise<SystemState> {
  const [found, figures] = await Promise.all([
    replicas.look(),
    prometheus.now(QUERY).catch((error: Error & { detail?: string }) => error.detail ?? error.message),
  ]);
  const state = stateOf(found, figures, now);
  return { ...state, feed: feed.state(state.replicas) };
}

/** `figures` is a text when there are none: why. */
export function stateOf(replicas: readonly Replica[], figures: readonly Value[] | string, at: number): Omit<SystemState, 'feed'> {
  const values = typeof figures === 'string' ? [] : figures;
  const of = (name: (typeof FIGURES)[number]) => values.filter(({ labels }) => labels['__name__'] === name);
  const builds = of('waybill_build_info');
  const figureOf = (name: (typeof FIGURES)[number], instance: string) =>
    of(name).find(({ labels }) => labels['instance'] === instance)?.value;
  const memoryOf = (job: string) =>
    EXPORTED.has(job)
      ? undefined
      : of(job === 'rabbitmq' ? 'rabbitmq_process_resident_memory_bytes' : 'process_resident_memory_bytes').find(
          ({ labels }) => labels['job'] === job,
        )?.value;
  return {
    at,
    replicas: replicas.map((replica) => {
      // Natively `instance` is the replica's name, in containers its address.
      const build = builds.find(({ labels }) => labels['instance'] === replica.address || labels['instance'] === replica.name);
      const instance = build?.labels['instance'] ?? replica.name;
      return {
        ...replica,
        ...optional('memoryBytes', figureOf('process_resident_memory_bytes', instance)),
        ...optional('startedAt', figureOf('process_start_time_seconds', instance)),
        ...optional('node', build?.labels['node']),
        ...optional('version', build?.labels['version']),
      };
    }),
    targets: [
      ...of('up')
        .filter(({ labels }) => labels['job'] !== 'services')
        .map(({ labels: { job = '' }, value }) => ({ job, up: value === 1, ...optional('memoryBytes', memoryOf(job)) })),
      ...kafkaBy(of('waybill_broker_up')),
    ],
    outbox: of('lane:outbox_rows:max').map(({ labels: { service = '', lane = '' }, value: rows }) => ({
      service,
      lane,
      rows,
      oldestSeconds:
        of('lane:outbox_oldest_seconds:max').find(({ labels }) => labels['service'] === service && labels['lane'] === lane)
          ?.value ?? 0,
    })),
    parked: of('state:parked_rows:max').map(({ labels: { service = '', state = '' }, value: rows }) => ({
      service,
      state,
      rows,
    })),
    queues: of('rabbitmq_detailed_queue_messages_ready').map(({ labels: { queue = '' }, value: ready }) => ({
      queue,
      ready,
      unacked: of('rabbitmq_detailed_queue_messages_unacked').find(({ labels }) => labels['queue'] === queue)?.value ?? 0,
    })),
    lag: of('group:kafka_lag:max').map(({ labels: { group = '', topic = '' }, value: events }) => ({ group, topic, events })),
    partitions: partitionsBy(of('partition:kafka_lag:max')),
    inbox: inboxesBy(of('type:messages:rate1m')),
    orders: of('status:orders:max').map(({ labels: { status = '' }, value: orders }) => ({ status, orders })),
    ...(typeof figures === 'string' && { problem: figures }),
  };
}

/** What failed comes again, and is counted when it has become something. */
const TOOK_IN: ReadonlySet<string> = new Set(['handled', 'duplicate', 'skipped', 'parked', 'dead']);

function inboxesBy(rates: readonly Value[]): SystemState['inbox'] {
  const took = rates.filter(({ labels: { outcome = '' } }) => TOOK_IN.has(outcome));
  return [...Map.groupBy(took, ({ labels: { service = '' } }) => service)].map(([service, its]) => ({
    service,
    perSecond: sum(its),
    duplicatesPerSecond: sum(its.filter(({ labels: { outcome } }) => outcome === 'duplicate')),
  }));
}

/** Every group that reads a topic has its own place in each partition. */
function partitionsBy(lags: readonly Value[]): SystemState['partitions'] {
  const byPartition = Map.groupBy(lags, ({ labels: { topic, partition } }) => `${topic} ${partition}`);
  return [...byPartition.values()].map((its) => {
    const { topic = '', partition } = its[0]!.labels;
    return { topic, partition: Number(partition), events: sum(its) };
  });
}

const sum = (values: readonly Value[]) => values.reduce((total, { value }) => total + value, 0);

/** What these tell of their own memory is the exporter's. */
const EXPORTED: ReadonlySet<string> = new Set(['postgres', 'nginx']);

/** Nobody asks Kafka for its figures. The services know whether they reach it. */
function kafkaBy(brokers: readonly Value[]): SystemState['targets'] {
  const reached = brokers.filter(({ labels }) => labels['broker'] === 'kafka');
  return reached.length === 0 ? [] : [{ job: 'kafka', up: reached.some(({ value }) => value === 1) }];
}

const optional = <Name extends string, T>(name: Name, value: T | undefined): { [key in Name]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { [key in Name]?: T };

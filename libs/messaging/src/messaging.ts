import {
  type CommandContract,
  type Contract,
  groupOf,
  kafkaTopology,
  type PayloadOf,
  queueOf,
  topicOf,
} from '@waybill/contract-kit';
import { DataSource } from 'typeorm';
import { READ_BACKLOG } from './backlog.js';
import { Clock } from './clock.js';
import { Delivery } from './receiving/delivery.js';
import { encode } from './envelope.js';
import {
  type Handler,
  type HandlerOf,
  Handlers,
  type OutsideHandler,
  type OutsideHandlerOf,
  type OutsideOptions,
} from './receiving/handlers.js';
import { DatabaseProbe } from './database-probe.js';
import { Housekeeping } from './housekeeping.js';
import { newId } from './ids.js';
import { keepInbox } from './receiving/inbox.js';
import type { KafkaOptions } from './brokers/kafka/client.js';
import { KafkaConsumer } from './brokers/kafka/consumer.js';
import { concerns, refuseWithoutBroker } from './brokers/needed.js';
import { GroupLag } from './brokers/kafka/group-lag.js';
import { KafkaPublisher } from './brokers/kafka/publisher.js';
import { type Logger, silent } from './message.js';
import { backlog, type Backlog, type BrokerHealth, brokers, lag } from './metrics.js';
import type { Lane } from './sending/outbox.js';
import { forgetActs } from './parking/acts.js';
import { forgetDiscarded } from './parking/dead-letters.js';
import { Poll } from './poll.js';
import type { RabbitOptions } from './brokers/rabbitmq/connection.js';
import { RabbitConsumer } from './brokers/rabbitmq/consumer.js';
import { RabbitPublisher } from './brokers/rabbitmq/publisher.js';
import { type Publisher, RelayLane, timerPoll } from './sending/relay.js';
import { Retries } from './parking/retries.js';
import { SharedTransaction } from './shared-transaction.js';
import { traceparent } from './trace.js';
import { UnitOfWork } from './transaction.js';
import { defaultTuning, type Tuning } from './tuning.js';

const HOUR_MS = 3_600_000;

/** A shared transaction of requests waits no longer than this for a row that one of them needs. Then each request goes alone. */
const SHARED_LOCK_TIMEOUT_MS = 100;

/**
 * Connection pools of one database, one for each use. A handler that hangs uses up its own pool, and keeps no other use
 * waiting.
 */
export interface MessagingPools {
  /** Routes: work that no message has asked for. */
  readonly requests: DataSource;
  /** The lanes, timers, housekeeping, figures, and the probe that asks whether the database is there. */
  readonly relay: DataSource;
  /** First deliveries from a broker. */
  readonly consumers: DataSource;
  /** Retries. It has one connection more than `retryTransactions`. */
  readonly retries: DataSource;
}

export interface MessagingOptions {
  /** The service that sends and handles here, as the contracts name it. */
  readonly service: string;
  readonly contracts: readonly Contract[];
  /** Initialized, with `messagingMigrations` applied. Only specs use one pool for everything. */
  readonly database: DataSource | MessagingPools;
  /** Carries commands. Left out: this service sends and handles none. */
  readonly rabbitmq?: RabbitOptions | undefined;
  /** Carries events. Left out: this service emits and handles none. */
  readonly kafka?: KafkaOptions | undefined;
  readonly tuning?: Partial<Tuning>;
  readonly log?: Logger;
}

export interface MessagingHealth {
  readonly rabbitmq: BrokerHealth;
  readonly kafka: BrokerHealth;
  /** Objects that the deploy step makes in a broker and that are not there. Their broker counts as down for this service. */
  readonly missing: readonly { readonly broker: Lane; readonly object: string }[];
  /** Each broker that this service uses can be sent to and is listened to. */
  readonly ready: boolean;
}

/**
 * A service's messaging: it sends what the service's transactions send, and calls the service's handlers. It needs no Nest,
 * and its surface has no broker's word on it. Several may run on one database: replicas share the work.
 */
export class Messaging {
  /** For routes. */
  readonly unitOfWork: UnitOfWork;
  /** For routes that clients call often: calls that wait at the same time share a commit. */
  readonly sharedTransaction: SharedTransaction;
  readonly #pools: MessagingPools;
  readonly #tuning: Tuning;
  readonly #log: Logger;
  readonly #handlers: Handlers;
  readonly #kafkaPublisher: KafkaPublisher | undefined;
  readonly #rabbitPublisher: RabbitPublisher | undefined;
  readonly #lanes: Map<Lane, RelayLane>;
  readonly #clock: Clock;
  readonly #timers: Poll;
  readonly #housekeeping: Housekeeping;
  readonly #probe: DatabaseProbe;
  readonly #retries: Retries;
  readonly #delivery: Delivery;
  #rabbit: RabbitConsumer | undefined;
  #kafka: KafkaConsumer | undefined;
  readonly #lag: GroupLag | undefined;
  #unwatch: (() => void)[] = [];
  #started: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(private readonly options: MessagingOptions) {
    const { service, database, contracts, rabbitmq, kafka } = options;
    refuseWithoutBroker(
      contracts.filter((contract) => concerns(service, contract)),
      { rabbitmq, kafka },
    );
    const pools = (this.#pools = poolsOf(database));
    const tuning = (this.#tuning = { ...defaultTuning, ...options.tuning });
    const log = (this.#log = options.log ?? silent);
    const clock = (this.#clock = new Clock(log));
    const wake = (lane: Lane) => this.#lanes.get(lane)?.wake();
    const unitOfWork = (pool: DataSource) => new UnitOfWork(pool, service, wake, log, clock);
    this.unitOfWork = unitOfWork(pools.requests);
    this.sharedTransaction = new SharedTransaction(this.unitOfWork, { ...tuning, lockTimeoutMs: SHARED_LOCK_TIMEOUT_MS });
    this.#handlers = new Handlers(service);
    this.#kafkaPublisher = kafka && new KafkaPublisher(service, kafka, tuning, log, topicsOf(service, contracts));
    this.#rabbitPublisher = rabbitmq && new RabbitPublisher(service, rabbitmq, tuning, log);
    this.#lanes = new Map(
      this.#publishers.map((publisher) => [publisher.lane, new RelayLane(pools.relay, publisher, tuning, log, clock)]),
    );
    this.#timers = timerPoll(pools.relay, unitOfWork(pools.relay), tuning, log);
    this.#lag = kafka && new GroupLag(service, contracts, kafka, log);
    this.#probe = new DatabaseProbe(pools.relay, tuning, log);
    this.#housekeeping = new Housekeeping(log);
    this.tidyEvery(HOUR_MS, 'inbox', () => keepInbox(pools.relay, tuning.inboxDays, () => this.#stopped !== undefined));
    this.tidyEvery(HOUR_MS, 'discarded messages', () => forgetDiscarded(pools.relay));
    this.tidyEvery(HOUR_MS, 'acts on dead letters', () => forgetActs(pools.relay));
    const parts = {
      handlers: this.#handlers,
      contracts: new Map(contracts.map((contract) => [contract.type, contract])),
      tuning,
      log,
      clock,
      worker: newId(),
    };
    this.#retries = new Retries({ ...parts, database: pools.retries, unitOfWork: unitOfWork(pools.retries) });
    this.#delivery = new Delivery({
      ...parts,
      database: pools.consumers,
      unitOfWork: unitOfWork(pools.consumers),
      databaseIsAway: this.#probe.isAway,
      parked: (afterMs) => this.#retries.wakeIn(afterMs),
    });
  }

  /**
   * Registers the handler of a contract, before `start`. Each message takes effect once. What the handler throws decides what
   * follows.
   */
  handle<C extends Contract>(contract: C, handler: HandlerOf<C>): void {
    this.#handlers.add(contract, { outside: false, handler: handler as Handler });
  }

  /** Registers a handler that calls the outside world, for commands only, before `start`. No transaction is open around it. */
  handleOutside<C extends CommandContract>(contract: C, handler: OutsideHandlerOf<C>, options: OutsideOptions = {}): void {
    this.#handlers.add(contract, { outside: true, handler: handler as OutsideHandler, ...options });
  }

  /** Adds work that keeps the service's database tidy: see `Housekeeping.every`. Before `start`. */
  tidyEvery(everyMs: number, name: string, work: () => Promise<number | void>): void {
    this.#housekeeping.every(everyMs, name, work);
  }

  /**
   * Handles a message as if its broker had just brought it: inbox, handler, outbox and parking, all in this service's
   * database. So the specs of handlers need a database and no broker. A second call with the same id is a duplicate. Resolves
   * when the message is handled, known from before, or parked.
   */
  async deliver<C extends Contract>(contract: C, payload: PayloadOf<C>, { id = newId() }: { id?: string } = {}): Promise<void> {
    const event = contract.kind === 'event';
    const sender = contract.kind === 'event' ? contract.emittedBy : contract.sentBy[0]!;
    const { body } = encode(contract, payload, sender, id, traceparent());
    const stream = event ? topicOf(sender) : queueOf(this.options.service);
    const received = this.#delivery.receive({ body, stream, source: 'deliver()', ordered: event });
    if (received.what === 'message' && this.#handlers.isOutside(received.type))
      await this.#handlers.inTurn(received.type, (leave) => this.#delivery.deliverOutside(received, leave));
    else await this.#delivery.deliver([received]);
  }

  get #publishers(): Publisher[] {
    return [this.#kafkaPublisher, this.#rabbitPublisher].filter((publisher) => publisher !== undefined);
  }

  /** Resolves when the consumers are assigned. While Kafka is away that may take long: answer requests before you wait for it. */
  start(): Promise<void> {
    return (this.#started ??= this.#start());
  }

  /**
   * Stops taking messages, finishes and settles what is in hand, relays what that sent, and closes. Loses and repeats nothing.
   */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  health(): MessagingHealth {
    const [topics, queue] = [this.#kafkaPublisher?.missing ?? [], this.#rabbit?.missing];
    const kafka = healthOf(this.#kafkaPublisher, topics.length === 0 && (this.#kafka?.up ?? true));
    const rabbitmq = healthOf(this.#rabbitPublisher, this.#rabbit?.up ?? true);
    return {
      rabbitmq,
      kafka,
      missing: [
        ...topics.map((topic) => ({ broker: 'kafka' as const, object: `topic ${topic}` })),
        ...(queue === undefined ? [] : [{ broker: 'rabbitmq' as const, object: queue }]),
      ],
      ready: kafka !== 'down' && rabbitmq !== 'down' && this.#started !== undefined && !this.#stopped,
    };
  }

  /** Resolves when the database answers and its clock agrees with that of this process. @throws what prevents that. */
  askDatabase(): Promise<void> {
    return this.#clock.ask(this.#pools.relay);
  }

  /** What waits in this service's database, over all replicas. Counts end at `COUNTED_UP_TO`. */
  async backlog(): Promise<Backlog> {
    const [row] = await this.#pools.relay.query<Backlog[]>(READ_BACKLOG);
    return row!;
  }

  async #start(): Promise<void> {
    const { service, contracts, rabbitmq, kafka } = this.options;
    for (const publisher of this.#publishers) publisher.start();
    for (const lane of this.#lanes.values()) lane.start();
    this.#timers.start();
    this.#retries.start();
    this.#housekeeping.start();
    this.#unwatch = [
      backlog.from(() => this.backlog()),
      ...(this.#lag ? [lag.from(() => this.#lag!.read())] : []),
      brokers.from(async () => this.health()),
    ];
    const parts = {
      delivery: this.#delivery,
      handlers: this.#handlers,
      tuning: this.#tuning,
      log: this.#log,
      databaseIsBack: this.#probe.isBack,
    };
    const takesCommands = contracts.some((contract) => contract.kind === 'command' && contract.handledBy === service);
    const topics = kafkaTopology(contracts).groups.find(({ group }) => group === groupOf(service))?.topics;
    if (takesCommands && rabbitmq) this.#rabbit = new RabbitConsumer(service, rabbitmq, parts);
    if (topics && kafka) this.#kafka = new KafkaConsumer(service, topics, kafka, parts);
    await Promise.all([this.#rabbit?.start(), this.#kafka?.start()]);
  }

  async #stop(): Promise<void> {
    this.#probe.stop();
    await Promise.all([
      this.#rabbit?.stop(),
      this.#kafka?.stop(),
      this.#retries.stop(),
      this.#timers.stop(),
      this.#housekeeping.stop(),
    ]);
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop()));
    await Promise.all(this.#publishers.map((publisher) => publisher.close()));
    for (const unwatch of this.#unwatch) unwatch();
    await this.#lag?.close();
  }
}

/** The topic that a service writes, if it emits anything, and the topics that it reads. */
function topicsOf(service: string, contracts: readonly Contract[]): string[] {
  const { topics, groups } = kafkaTopology(contracts);
  const read = groups.find(({ group }) => group === groupOf(service))?.topics ?? [];
  const written = topics.map(({ name }) => name).filter((name) => name === topicOf(service));
  return [...new Set([...written, ...read])];
}

const healthOf = (publisher: Publisher | undefined, works: boolean): BrokerHealth =>
  publisher === undefined ? 'unused' : publisher.up && works ? 'up' : 'down';

const poolsOf = (database: DataSource | MessagingPools): MessagingPools =>
  database instanceof DataSource ? { requests: database, relay: database, consumers: database, retries: database } : database;

import type { CommandContract, Contract } from '@waybill/contract-kit';
import { type FreshDatabase, eventually, freshDatabase, freshService, testStack } from '@waybill/testing';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { encode } from '../src/envelope.js';
import { deployTopology, type Message, Messaging, messagingMigrations, newId, type Transaction } from '../src/index.js';
import type { OutsideOptions } from '../src/receiving/handlers.js';
import type { KafkaOptions } from '../src/brokers/kafka/client.js';
import type { Logger } from '../src/message.js';
import { messagesTotal, publishedTotal } from '../src/metrics.js';
import type { RabbitOptions } from '../src/brokers/rabbitmq/connection.js';
import { UnitOfWork } from '../src/transaction.js';
import { batched } from '../src/batched.js';
import { defaultTuning, type Tuning } from '../src/tuning.js';
import { type Broker, contractOf, type Payload } from './contract.js';
import { publishRaw } from './raw-broker.js';

/**
 * Everything fast, so that a suite full of failures takes minutes. The order between the values is that of the defaults. The
 * publish timeout is the default: what a busy broker confirms later is published again, and specs count copies.
 */
export const fastTuning: Partial<Tuning> = {
  relayPollMs: 50,
  refusedBackoffMs: 20,
  refusedBackoffCapMs: 100,
  timerPollMs: 30,
  maxAttempts: 3,
  retryBackoffMs: 20,
  retryBackoffCapMs: 60,
  retryPollMs: 30,
  retryTurnMs: 50,
  unknownRetryMs: 100,
  silentClaimMs: 100,
  reconnectMs: 40,
  reconnectCapMs: 200,
  kafkaSessionMs: 2_000,
};

/** What a spec's own handler does beside its effect: return, throw, wait. Runs after the effect was written. */
export type Script = (message: Message<Payload>, tx: Transaction) => Promise<void> | void;

export interface Effect {
  readonly message_id: string;
  readonly key: string;
  readonly n: number;
  readonly attempt: number;
}

export interface ParkedRow {
  readonly id: string;
  readonly message_id: string;
  readonly type: string;
  readonly key: string;
  readonly body: Buffer;
  readonly source: string;
  readonly state: 'waiting' | 'dead';
  readonly attempt: number;
  readonly failures: number;
  readonly transient_failures: number;
  readonly crashes: number;
  readonly running: boolean;
  readonly blocked: boolean;
  readonly unknown: boolean;
  readonly errors: { at: string; error: string }[];
  readonly first_failed_at: Date | null;
  readonly last_failed_at: Date | null;
}

export interface ReplicaOptions {
  readonly script?: Script;
  /** In place of the script: the handler calls the outside world, and notes its effect when it settles. */
  readonly outside?: OutsideOptions & { readonly call: (message: Message<Payload>) => Promise<void> };
  readonly tuning?: Partial<Tuning>;
  readonly database?: DataSource;
  readonly contracts?: readonly Contract[];
  /** False: relays only. */
  readonly handles?: boolean;
  readonly rabbitmq?: RabbitOptions;
  readonly kafka?: KafkaOptions;
  readonly log?: Logger;
}

/** A group whose members were killed waits for their session (4 s) and for a rebalance (10 s), on a busy machine longer. */
const JOINED_WITHIN_MS = 30_000;

/** One service on real servers, with its database, its topology and its replicas. */
export class World {
  readonly #replicas: Messaging[] = [];
  readonly sender: UnitOfWork;

  private constructor(
    readonly broker: Broker,
    readonly service: string,
    readonly contract: Contract<Payload>,
    readonly database: FreshDatabase,
  ) {
    this.sender = new UnitOfWork(database.dataSource, service);
  }

  static async make(broker: Broker, { deployed = true, poolSize = 8 } = {}): Promise<World> {
    const service = freshService();
    const database = await freshDatabase({ migrations: [...messagingMigrations, EffectTable1764000000001], poolSize });
    // Each replica does it at its start, under a lock that holds up every delivery, while there are partitions to make.
    await database.dataSource.query(`SELECT keep_inbox($1)`, [defaultTuning.inboxDays]);
    const world = new World(broker, service, contractOf(broker, service), database);
    if (deployed) await world.deploy();
    return world;
  }

  deploy(contracts: readonly Contract[] = [this.contract]): Promise<void> {
    const { rabbitmq, kafka } = testStack();
    return deployTopology({ contracts, rabbitmq, kafka });
  }

  /** Starts a replica of the service. Its handler notes an effect and then runs the script. */
  async start(options: ReplicaOptions = {}): Promise<Messaging> {
    const { script = () => {}, outside, tuning, handles = true } = options;
    const contracts = options.contracts ?? [this.contract];
    const { rabbitmq, kafka } = testStack();
    const replica = new Messaging({
      service: this.service,
      contracts,
      database: options.database ?? this.database.dataSource,
      rabbitmq: options.rabbitmq ?? rabbitmq,
      kafka: options.kafka ?? kafka,
      tuning: { ...fastTuning, ...tuning },
      ...(options.log && { log: options.log }),
    });
    for (const contract of handles ? contracts : []) {
      if (outside) {
        replica.handleOutside(
          contract as CommandContract,
          async (message, delivery) => {
            await outside.call(message as Message<Payload>);
            await delivery.settle((tx) => noteEffect(tx, message as Message<Payload>));
          },
          outside,
        );
      } else {
        replica.handle(contract, async (message, tx) => {
          await noteEffect(tx, message as Message<Payload>);
          await script(message as Message<Payload>, tx);
        });
      }
    }
    this.#replicas.push(replica);
    await replica.start();
    await eventually('the replica is ready', () => replica.health().ready, { timeoutMs: JOINED_WITHIN_MS });
    return replica;
  }

  /** Sends all payloads in one transaction. */
  async send(...payloads: Payload[]): Promise<void> {
    await this.sender.run(async (tx) => {
      for (const payload of payloads) tx.send(this.contract, payload);
    });
  }

  /** The bytes of a message, with its id. `change` makes another envelope of it. */
  message(payload: Payload, change: (envelope: Record<string, unknown>) => unknown = (envelope) => envelope) {
    const id = newId();
    const { body, type, key } = encode(this.contract, payload, this.service, id, undefined);
    return { id, type, key, body: Buffer.from(JSON.stringify(change(JSON.parse(body.toString()) as Record<string, unknown>))) };
  }

  /** Puts bytes on the broker behind the core's back. */
  publishRaw(...messages: { body: Buffer; key?: string; type?: string }[]): Promise<void> {
    return publishRaw(
      this.broker,
      this.service,
      messages.map(({ body, key = 'k', type = this.contract.type }) => ({ body, key, type })),
    );
  }

  /** What handlers have committed, oldest first. */
  effects(key?: string): Promise<Effect[]> {
    return this.query<Effect>(`SELECT message_id, key, n, attempt FROM effect WHERE $1::text IS NULL OR key = $1 ORDER BY id`, [
      key ?? null,
    ]);
  }

  /** Waits until this many effects are there; the effects. */
  effectsReach(count: number, { key, timeoutMs = 20_000 }: { key?: string; timeoutMs?: number } = {}): Promise<Effect[]> {
    return eventually(
      `${count} effects${key ? ` of key ${key}` : ''} are committed`,
      async () => {
        const effects = await this.effects(key);
        if (effects.length < count) throw new Error(`${effects.length} are`);
        return effects;
      },
      { timeoutMs },
    );
  }

  parked(key?: string): Promise<ParkedRow[]> {
    return this.query<ParkedRow>(`SELECT * FROM parked WHERE $1::text IS NULL OR key = $1 ORDER BY id`, [key ?? null]);
  }

  /** Waits for exactly one parked row of a key in a state. */
  becomes(state: 'waiting' | 'dead', key: string): Promise<ParkedRow> {
    return eventually(`a message of key ${key} is ${state}`, async () =>
      (await this.parked(key)).find((row) => row.state === state),
    );
  }

  outbox(): Promise<{ id: string; key: string; attempts: number; last_error: string | null }[]> {
    return this.query(`SELECT id, key, attempts, last_error FROM outbox ORDER BY id`);
  }

  /** Waits until nothing is on its way: no row to relay, none parked. */
  async quiet(): Promise<void> {
    await eventually('outbox and parked are empty', async () => {
      const [outbox, parked] = [await this.outbox(), await this.parked()];
      if (outbox.length + parked.length > 0) throw new Error(`${outbox.length} rows to relay, ${parked.length} parked`);
      return true;
    });
  }

  /** How many messages this process has counted with an outcome. */
  async counted(outcome: 'handled' | 'duplicate' | 'failed' | 'parked' | 'dead'): Promise<number> {
    const { values } = await messagesTotal.get();
    return values.find(({ labels }) => labels.type === this.contract.type && labels.outcome === outcome)?.value ?? 0;
  }

  /**
   * How many rows the relays of this process have sent in vain so far: the broker confirmed them too late or never. Each goes out
   * again, and the broker may have both copies.
   */
  async unconfirmed(): Promise<number> {
    const { values } = await publishedTotal.get();
    return values.find(({ labels }) => labels.lane === this.broker && labels.answer === 'unconfirmed')?.value ?? 0;
  }

  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.database.dataSource.query(sql, parameters)) as Row[];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#replicas.splice(0).map((replica) => replica.stop()));
  }

  async close(): Promise<void> {
    await this.stop();
    await this.database.drop();
  }
}

/** No unique constraint on the message: a second effect must show, not fail. */
export class EffectTable1764000000001 implements MigrationInterface {
  readonly name = 'EffectTable1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE effect (id bigint GENERATED ALWAYS AS IDENTITY, message_id uuid NOT NULL, key text NOT NULL, n int NOT NULL, attempt int NOT NULL)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE effect`);
  }
}

const NOTE = batched<[key: string, messageId: string, n: number, attempt: number]>(
  `INSERT INTO effect (key, message_id, n, attempt) SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::int[])`,
);

export async function noteEffect(tx: Transaction, { id, key, data, attempt }: Message<Payload>): Promise<void> {
  await tx.batched(NOTE, key, id, data.n, attempt);
}

/** The numbers 1 to `count` of one key. */
export const series = (key: string, count: number): Payload[] =>
  Array.from({ length: count }, (_, index) => ({ key, n: index + 1 }));

/** A promise that a spec opens. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

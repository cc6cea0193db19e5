import type { Contract, PayloadOf } from '@waybill/contracts';
import type { DataSourceOptions } from 'typeorm';
import { eventually } from './eventually.js';
import { freshDatabase, type FreshDatabase } from './fresh-database.js';
import type { Address } from './tcp-proxy.js';

/** What is needed of a Nest application, and of libs/messaging in it: this lib depends on neither. */
export interface App {
  init(): Promise<unknown>;
  startAllMicroservices(): Promise<unknown>;
  close(): Promise<void>;
}
interface Delivers {
  deliver<C extends Contract>(contract: C, payload: PayloadOf<C>, options: { id: string }): Promise<void>;
}

interface ParkedMessage {
  readonly type: string;
  readonly state: 'waiting' | 'dead';
  readonly failures: number;
  readonly transientFailures: number;
  readonly nextAttemptAt: Date;
  readonly errors: { readonly error: string }[];
}

/**
 * A whole service with its own database on the real server, under the timeouts of the app roles. Its brokers are away: what it
 * sends stays in the outbox, where a spec can look at it, and nothing arrives but by `deliver`.
 */
export class ServiceUnderTest<A extends App> {
  readonly #apps: A[] = [];

  private constructor(
    readonly database: FreshDatabase,
    private readonly options: ServiceOptions<A>,
  ) {}

  static async make<A extends App>(options: ServiceOptions<A>): Promise<ServiceUnderTest<A>> {
    const database = await freshDatabase({ migrations: options.migrations, poolSize: 2 });
    await database.dataSource.query(FAIL_ONCE);
    const service = new ServiceUnderTest(database, options);
    await service.replica();
    return service;
  }

  /** The first replica. */
  get app(): A {
    return this.#apps[0]!;
  }

  /** One more on the same database. `through` is a proxy in front of the database. */
  async replica({ through }: { through?: Address } = {}): Promise<A> {
    const app = await this.options.create(configOn({ ...this.database.access, ...(through && { ...through, ssl: false }) }));
    await app.init();
    this.#apps.push(app);
    return app;
  }

  /** Brings a message as its broker would. The second delivery of a message that was parked is its retry. */
  async deliver<C extends Contract>(contract: C, payload: PayloadOf<C>, id: string, by: A = this.app): Promise<void> {
    const parked = await this.query(`SELECT 1 FROM parked WHERE message_id = $1`, [id]);
    if (parked.length > 0) return this.retryParked();
    await this.options.messagingOf(by).deliver(contract, payload, { id });
  }

  /**
   * Time passes, and another replica tries everything that waits until nothing waits any more. The first replica never starts
   * its retries.
   */
  async retryParked(): Promise<void> {
    await this.query(`UPDATE parked SET next_attempt_at = now()`);
    const app = await this.replica();
    // Not awaited: it resolves when the brokers are there.
    const started = app.startAllMicroservices();
    const nothingIsParked = async () => {
      const [waiting] = await this.parked();
      if (waiting) throw new Error(`${waiting.type} is ${waiting.state}: ${waiting.errors.at(-1)?.error}`);
      return true;
    };
    // A test that fails here must leave nothing open, either.
    await eventually('nothing is parked', nothingIsParked).finally(async () => {
      this.#apps.splice(this.#apps.indexOf(app), 1);
      await app.close();
      await started;
    });
  }

  /** The next transaction that handles a message fails in its COMMIT, when everything has been written. */
  async failNextCommit(): Promise<void> {
    await this.query(`ALTER SEQUENCE commits RESTART`);
  }

  /** The types of the messages sent about a key, oldest first. */
  async sent(key: string): Promise<string[]> {
    const rows = await this.query<{ type: string }>(`SELECT type FROM outbox WHERE key = $1 ORDER BY id`, [key]);
    return rows.map(({ type }) => type);
  }

  parked(): Promise<ParkedMessage[]> {
    return this.query(`
      SELECT type, state, failures, transient_failures AS "transientFailures", next_attempt_at AS "nextAttemptAt", errors
      FROM parked ORDER BY id`);
  }

  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.database.dataSource.query(sql, parameters)) as Row[];
  }

  async close(): Promise<void> {
    for (const app of this.#apps) await app.close();
    await this.database.drop();
  }
}

export interface ServiceOptions<A> {
  readonly migrations: NonNullable<DataSourceOptions['migrations']>;
  /** Builds it from a configuration that lacks only the service's own values. */
  create(config: ReturnType<typeof configOn>): Promise<A>;
  messagingOf(app: A): Delivers;
}

/** Port 1 of the loopback interface: nobody listens there. */
const nobody = { host: '127.0.0.1', port: 1 };

const configOn = (database: FreshDatabase['access']) => ({
  replica: 'spec',
  // Its brokers and its port are nobody's; the database says for itself how it is spoken to.
  tls: undefined,
  logLevel: 'silent' as const,
  tracing: { endpoint: undefined, tracesPerSecond: 0 },
  feed: { address: undefined, keys: undefined },
  http: { ...nobody, healthSocket: undefined },
  database,
  rabbitmq: { ...nobody, vhost: 'none', user: 'nobody', password: 'none', ca: undefined },
  kafka: { brokers: [`${nobody.host}:${nobody.port}`], user: 'nobody', password: 'none', ca: undefined },
  tuning: {},
});

// A sequence is not rolled back, so of all commits exactly the first one after a restart fails. Every transaction that
// handles or parks a message inserts an inbox row; a deferred trigger runs in the COMMIT.
const FAIL_ONCE = `
  CREATE SEQUENCE commits;
  SELECT nextval('commits');
  CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('commits') = 1 THEN RAISE EXCEPTION 'this commit was made to fail'; END IF;
      RETURN NULL;
    END $$;
  CREATE CONSTRAINT TRIGGER fail_once AFTER INSERT ON inbox DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION fail_once()`;

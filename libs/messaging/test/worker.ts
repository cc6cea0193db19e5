// A replica in a separate process, for specs that kill it. Node itself runs it, so it uses the built package. It tells its
// parent `ready`, and `{ handling: n }` before the end of each handler.
import { Messaging, type MessagingOptions } from '@waybill/messaging';
import { DataSource } from 'typeorm';
import { type Broker, contractOf, type Payload } from './contract.ts';

/** What a spec tells the worker before it starts. */
export interface WorkerOptions {
  broker: Broker;
  service: string;
  database: {
    host: string;
    port: number;
    ssl: { ca: string } | false;
    username: string;
    password: string;
    database: string;
  };
  rabbitmq: MessagingOptions['rabbitmq'];
  kafka: MessagingOptions['kafka'];
  tuning: NonNullable<MessagingOptions['tuning']>;
  /** `hang`: never returns. `die`: kills its process, for key `killer` alone. `fail`: throws for this share of the runs. */
  behaviour: { hang?: boolean; die?: boolean; fail?: number };
}

const options = await new Promise<WorkerOptions>((resolve) =>
  process.once('message', (message) => resolve(message as WorkerOptions)),
);
const { broker, service, behaviour } = options;
const database = new DataSource({ type: 'postgres', ...options.database, poolSize: 8, poolErrorHandler: () => {} });
await database.initialize();
const contract = contractOf(broker, service);
const replica = new Messaging({ ...options, contracts: [contract], database });

replica.handle(contract, async (message, tx) => {
  const { key, n } = message.data as Payload;
  process.send!({ handling: n });
  await tx.query(`INSERT INTO effect (message_id, key, n, attempt) VALUES ($1, $2, $3, $4)`, [
    message.id,
    key,
    n,
    message.attempt,
  ]);
  if (behaviour.hang) await new Promise(() => {});
  if (behaviour.die && key === 'killer') process.kill(process.pid, 'SIGKILL');
  if (Math.random() < (behaviour.fail ?? 0)) throw new Error('one of those moments');
});
await replica.start();
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => void replica.stop().then(() => process.exit(0)));
process.send!('ready');

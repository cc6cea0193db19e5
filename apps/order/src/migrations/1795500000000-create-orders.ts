import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOrders1795500000000 implements MigrationInterface {
  readonly name = 'CreateOrders1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE orders (
        id uuid PRIMARY KEY,
        customer_id text NOT NULL,
        email text NOT NULL,
        status text NOT NULL CHECK (status IN ('placed', 'confirmed', 'cancelling', 'cancelled')),
        reason text,
        total int NOT NULL CHECK (total > 0),
        currency text NOT NULL,
        lines jsonb NOT NULL,
        payment_method text NOT NULL,
        version int NOT NULL,
        placed_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      )`);

    // The primary key refuses two messages that would both make version 2: a history has no forks.
    await runner.query(`
      CREATE TABLE order_history (
        order_id uuid NOT NULL REFERENCES orders (id),
        version int NOT NULL,
        status text NOT NULL,
        at timestamptz NOT NULL,
        message_id uuid,
        message_type text,
        PRIMARY KEY (order_id, version)
      )`);

    // Two customers may choose the same key. The answer is json, not jsonb: it is given again byte for byte.
    await runner.query(`
      CREATE TABLE idempotency_keys (
        customer_id text NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        answer json NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (customer_id, key)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE idempotency_keys, order_history, orders`);
  }
}

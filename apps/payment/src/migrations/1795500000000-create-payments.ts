import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePayments1795500000000 implements MigrationInterface {
  readonly name = 'CreatePayments1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments (
        order_id uuid PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('charging', 'charged', 'declined')),
        amount int NOT NULL CHECK (amount > 0),
        currency text NOT NULL,
        payment_method text NOT NULL,
        reason text,
        attempt int NOT NULL,
        lease_expires_at timestamptz NOT NULL,
        version int NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE payments`);
  }
}

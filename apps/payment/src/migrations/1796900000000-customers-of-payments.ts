import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A payment knows whose order it is. Those from before do not: nobody is their owner. */
export class CustomersOfPayments1796900000000 implements MigrationInterface {
  readonly name = 'CustomersOfPayments1796900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments ADD COLUMN customer_id text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments DROP COLUMN customer_id`);
  }
}

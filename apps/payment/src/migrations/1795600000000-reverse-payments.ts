import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReversePayments1795600000000 implements MigrationInterface {
  readonly name = 'ReversePayments1795600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments
        ALTER payment_method DROP NOT NULL,
        DROP CONSTRAINT payments_status_check,
        ADD CONSTRAINT payments_status_check
          CHECK (status IN ('charging', 'charged', 'declined', 'reversing', 'refunded', 'voided'))`);
  }

  /** Refused by the database while a payment is in one of the new states. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments
        ALTER payment_method SET NOT NULL,
        DROP CONSTRAINT payments_status_check,
        ADD CONSTRAINT payments_status_check CHECK (status IN ('charging', 'charged', 'declined'))`);
  }
}

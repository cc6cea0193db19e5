import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A payment whose customer was erased: a charge that comes late does not name one again. */
export class ForgottenPayments1797100000000 implements MigrationInterface {
  readonly name = 'ForgottenPayments1797100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments ADD COLUMN forgotten boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE payments DROP COLUMN forgotten`);
  }
}

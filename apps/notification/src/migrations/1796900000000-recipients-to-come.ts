import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The address comes by a command, and may come after the outcome. A customer who was erased has none any more. */
export class RecipientsToCome1796900000000 implements MigrationInterface {
  readonly name = 'RecipientsToCome1796900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE recipients ALTER email DROP NOT NULL, ADD COLUMN customer_id text,
        ADD COLUMN forgotten boolean NOT NULL DEFAULT false`);
  }

  /** Refused by the database while an address is missing. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE recipients ALTER email SET NOT NULL, DROP COLUMN customer_id, DROP COLUMN forgotten`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The history keeps why an order was cancelled, and by that whether support did it. */
export class KeepReasons1797000000000 implements MigrationInterface {
  readonly name = 'KeepReasons1797000000000';

  async up(runner: QueryRunner): Promise<void> {
    // Without a default, so no row is written anew.
    await runner.query(`ALTER TABLE order_history ADD COLUMN reason text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE order_history DROP COLUMN reason`);
  }
}

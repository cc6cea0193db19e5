import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a person last gave a parked message its attempts again. They begin a new trace: days may lie between. */
export class RedrivenAt1796700000000 implements MigrationInterface {
  readonly name = 'RedrivenAt1796700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE parked ADD COLUMN redriven_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE parked DROP COLUMN redriven_at`);
  }
}

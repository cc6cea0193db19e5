import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was discarded long ago is forgotten a little at a time: each piece is found without a walk past what is kept. */
export class DiscardedByAge1796600000000 implements MigrationInterface {
  readonly name = 'DiscardedByAge1796600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL statement_timeout = 0`);
    await runner.query(`CREATE INDEX discarded_age ON discarded (discarded_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX discarded_age`);
  }
}

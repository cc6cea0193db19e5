import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A row knows its path through the broker, so that a claim can leave out what the broker does not serve at the moment.
 * Without a default, so that a full table is not written anew; a row without a path (sent by a replica of the version
 * before) is never left out.
 */
export class OutboxPath1796400000000 implements MigrationInterface {
  readonly name = 'OutboxPath1796400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE outbox ADD COLUMN path text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE outbox DROP COLUMN path`);
  }
}

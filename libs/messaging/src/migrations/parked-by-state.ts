import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The oldest of each state, and how many there are, without a walk past the others: one dead letter behind a million that wait. Writers
 * of this table wait while its rows are read, as for `parked_ready`.
 */
export class ParkedByState1796500000000 implements MigrationInterface {
  readonly name = 'ParkedByState1796500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL statement_timeout = 0`);
    await runner.query(`CREATE INDEX parked_state ON parked (state, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX parked_state`);
  }
}

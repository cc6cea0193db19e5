import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexUnsettledPayments1795700000000 implements MigrationInterface {
  readonly name = 'IndexUnsettledPayments1795700000000';

  async up(runner: QueryRunner): Promise<void> {
    // The few payments that are under way, for the figures about them: without it each scrape would read the whole table.
    await runner.query(`
      CREATE INDEX payments_unsettled ON payments (status) WHERE status IN ('charging', 'reversing')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX payments_unsettled`);
  }
}

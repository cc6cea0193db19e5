import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ExpireIdempotencyKeys1795600000000 implements MigrationInterface {
  readonly name = 'ExpireIdempotencyKeys1795600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX idempotency_keys_age`);
  }
}

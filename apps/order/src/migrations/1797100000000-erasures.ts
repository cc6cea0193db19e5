import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An order may lose what it says about its customer, and an erasure that is under way survives any crash. */
export class Erasures1797100000000 implements MigrationInterface {
  readonly name = 'Erasures1797100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE orders ALTER email DROP NOT NULL, ALTER payment_method DROP NOT NULL`);
    // Customer and pseudonym stand here while there is something left to erase, and no longer: what stays links nobody to anything.
    await runner.query(`
      CREATE TABLE erasures (
        id uuid PRIMARY KEY,
        customer_id text UNIQUE,
        pseudonym text,
        requested_at timestamptz NOT NULL DEFAULT now(),
        done_at timestamptz,
        CHECK ((done_at IS NULL) = (customer_id IS NOT NULL AND pseudonym IS NOT NULL)))`);
  }

  /** Refused by the database once a customer was erased. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE erasures`);
    await runner.query(`ALTER TABLE orders ALTER email SET NOT NULL, ALTER payment_method SET NOT NULL`);
  }
}

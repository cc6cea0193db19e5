import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The marks by which the claim of retries finds what it can take, whatever else waits: decision 23. Each of these migrations
 * is a separate transaction, so that no lock of one is held while the next works through a full table.
 */
export class ParkedHeads1796300000000 implements MigrationInterface {
  readonly name = 'ParkedHeads1796300000000';

  async up(runner: QueryRunner): Promise<void> {
    // Columns with a constant default: PostgreSQL rewrites no row.
    await runner.query(`
      ALTER TABLE parked
        ADD COLUMN blocked boolean NOT NULL DEFAULT false,
        ADD COLUMN unknown boolean NOT NULL DEFAULT false,
        ADD COLUMN claimed_by uuid`);
    await runner.query(`ALTER TABLE delivery_attempt ADD COLUMN noted_by uuid[] NOT NULL DEFAULT '{}'`);

    // However a head goes (handled, discarded, deleted by hand), the next of its key is released in the same transaction. This
    // statement's snapshot is newer than the delete's: a transaction that parked behind the head held a lock on it, and the
    // delete has waited for that lock. A row behind a head that is being deleted at this moment is waited for, and then
    // skipped.
    await runner.query(`
      CREATE FUNCTION release_next_parked() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        WITH next AS (
          SELECT id FROM parked WHERE stream = OLD.stream AND key = OLD.key ORDER BY id LIMIT 1 FOR NO KEY UPDATE)
        UPDATE parked SET blocked = false FROM next WHERE parked.id = next.id AND blocked;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER release_next_parked AFTER DELETE ON parked
      FOR EACH ROW WHEN (OLD.ordered AND NOT OLD.blocked) EXECUTE FUNCTION release_next_parked()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER release_next_parked ON parked`);
    await runner.query(`DROP FUNCTION release_next_parked()`);
    await runner.query(`ALTER TABLE delivery_attempt DROP COLUMN noted_by`);
    await runner.query(`ALTER TABLE parked DROP COLUMN blocked, DROP COLUMN unknown, DROP COLUMN claimed_by`);
  }
}

/** Marks what waits behind another from before. Blocks only a writer of the same row at that moment. */
export class ParkedFollowers1796300000001 implements MigrationInterface {
  readonly name = 'ParkedFollowers1796300000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL statement_timeout = 0`);
    await runner.query(`
      UPDATE parked AS p SET blocked = true
      WHERE ordered AND EXISTS (SELECT 1 FROM parked AS e WHERE e.stream = p.stream AND e.key = p.key AND e.id < p.id)`);
  }

  async down(): Promise<void> {}
}

/** Writers of this table wait while its rows are read: 2 s for a million. A delivery that meets that is made again. */
export class ParkedReady1796300000002 implements MigrationInterface {
  readonly name = 'ParkedReady1796300000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL statement_timeout = 0`);
    // The claim: suspects and others apart, each in the order in which they are due.
    await runner.query(`
      CREATE INDEX parked_ready ON parked ((crashes > 0), next_attempt_at, id)
      WHERE state = 'waiting' AND NOT blocked AND NOT unknown AND NOT running`);
    await runner.query(`CREATE INDEX parked_running ON parked (next_attempt_at) WHERE running`);
    await runner.query(`CREATE INDEX parked_unknown ON parked (type) WHERE unknown`);
    await runner.query(`CREATE INDEX parked_blocked ON parked (id) WHERE blocked`);
    await runner.query(`DROP INDEX parked_due`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX parked_due ON parked (next_attempt_at) WHERE state = 'waiting'`);
    await runner.query(`DROP INDEX parked_ready, parked_running, parked_unknown, parked_blocked`);
  }
}

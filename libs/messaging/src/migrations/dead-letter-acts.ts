import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people did about parked messages, and when. A discarded message is kept in `discarded` as well. */
export class DeadLetterActs1796800000000 implements MigrationInterface {
  readonly name = 'DeadLetterActs1796800000000';

  async up(runner: QueryRunner): Promise<void> {
    // An act is about the messages in `ids`, or about the dead letters of one type and error.
    await runner.query(`
      CREATE TABLE dead_letter_acts (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        act text NOT NULL CHECK (act IN ('redrive', 'discard')),
        ids bigint[],
        type text,
        error text,
        per_second real,
        reason text,
        changed int NOT NULL,
        message_ids uuid[] NOT NULL,
        last_due_at timestamptz,
        CHECK ((ids IS NULL) = (type IS NOT NULL AND error IS NOT NULL)))`);
    await runner.query(`CREATE INDEX dead_letter_acts_age ON dead_letter_acts (at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE dead_letter_acts`);
  }
}

/**
 * The dead letters that failed alike: their type, and their last error without ids and numbers (`LIKENESS` of the queries).
 * What waits is not in it, so that a failure that is tried again costs nothing more. Writers of the table wait while its rows
 * are read, as for `parked_state`.
 */
export class ParkedAlike1796800000001 implements MigrationInterface {
  readonly name = 'ParkedAlike1796800000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL statement_timeout = 0`);
    await runner.query(`
      CREATE INDEX parked_alike ON parked (type, (left(regexp_replace(regexp_replace(split_part(coalesce(errors->-1->>'error', ''), E'\\n', 1),
      '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}', '<id>', 'g'), '[0-9]+', '<n>', 'g'), 300)), id)
      WHERE state = 'dead'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX parked_alike`);
  }
}

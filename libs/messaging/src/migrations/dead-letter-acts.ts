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

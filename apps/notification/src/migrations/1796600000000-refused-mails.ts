import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A mail may end as refused, with what the mail server said. */
export class RefusedMails1796600000000 implements MigrationInterface {
  readonly name = 'RefusedMails1796600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE mails ADD COLUMN refusal text`);
    // Not valid at first: the old rule held for every row, so the check of a full table can go without a lock on its writers.
    await runner.query(`
      ALTER TABLE mails DROP CONSTRAINT mails_status_check,
        ADD CONSTRAINT mails_status_check CHECK (status IN ('sending', 'sent', 'superseded', 'refused')) NOT VALID`);
    await runner.query(`ALTER TABLE mails VALIDATE CONSTRAINT mails_status_check`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM mails WHERE status = 'refused'`);
    await runner.query(`
      ALTER TABLE mails DROP COLUMN refusal, DROP CONSTRAINT mails_status_check,
        ADD CONSTRAINT mails_status_check CHECK (status IN ('sending', 'sent', 'superseded'))`);
  }
}

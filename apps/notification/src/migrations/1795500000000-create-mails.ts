import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateMails1795500000000 implements MigrationInterface {
  readonly name = 'CreateMails1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE recipients (
        order_id uuid PRIMARY KEY,
        email text NOT NULL,
        outcome text CHECK (outcome IN ('confirmed', 'cancelled')),
        outcome_version int NOT NULL DEFAULT 0,
        mails_sent int NOT NULL DEFAULT 0
      )`);
    await runner.query(`
      CREATE TABLE mails (
        order_id uuid NOT NULL REFERENCES recipients (order_id),
        outcome text NOT NULL CHECK (outcome IN ('confirmed', 'cancelled')),
        status text NOT NULL CHECK (status IN ('sending', 'sent', 'superseded')),
        attempt int NOT NULL,
        lease_expires_at timestamptz NOT NULL,
        message_id text,
        sent_at timestamptz,
        PRIMARY KEY (order_id, outcome)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE mails, recipients`);
  }
}

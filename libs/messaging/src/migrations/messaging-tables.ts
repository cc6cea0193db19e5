import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of the messaging core, in every service's database. */
export class MessagingTables1764000000000 implements MigrationInterface {
  readonly name = 'MessagingTables1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    // `id` is the position, drawn at the flush; vacuumed early because rows live for milliseconds.
    await runner.query(`
      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        lane text NOT NULL CHECK (lane IN ('kafka', 'rabbitmq')),
        message_id uuid NOT NULL,
        type text NOT NULL,
        key text NOT NULL,
        body bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        attempts int NOT NULL DEFAULT 0,
        not_before timestamptz,
        last_error text
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`);
    await runner.query(`CREATE INDEX outbox_lane ON outbox (lane, id)`);
    await runner.query(`CREATE INDEX outbox_held ON outbox (lane, key) WHERE not_before IS NOT NULL`);

    await runner.query(`
      CREATE TABLE scheduled (
        type text NOT NULL,
        key text NOT NULL,
        due_at timestamptz NOT NULL,
        message_id uuid NOT NULL,
        body bytea NOT NULL,
        PRIMARY KEY (type, key))`);
    await runner.query(`CREATE INDEX scheduled_due ON scheduled (due_at)`);

    // Partitioned by the day in the message's own id, so that forgetting a day is dropping a table.
    await runner.query(`
      CREATE TABLE inbox (
        id uuid NOT NULL,
        day date NOT NULL,
        handled_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (id, day)
      ) PARTITION BY RANGE (day)`);
    await runner.query(`CREATE TABLE inbox_other PARTITION OF inbox DEFAULT`);

    await runner.query(`
      CREATE TABLE parked (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        stream text NOT NULL,
        message_id uuid NOT NULL UNIQUE,
        type text NOT NULL,
        key text NOT NULL,
        body bytea NOT NULL,
        source text NOT NULL,
        ordered boolean NOT NULL,
        traceparent text,
        state text NOT NULL CHECK (state IN ('waiting', 'dead')),
        next_attempt_at timestamptz NOT NULL,
        attempt int NOT NULL DEFAULT 1,
        running boolean NOT NULL DEFAULT false,
        failures int NOT NULL,
        transient_failures int NOT NULL DEFAULT 0,
        crashes int NOT NULL,
        errors jsonb NOT NULL,
        parked_at timestamptz NOT NULL DEFAULT now(),
        first_failed_at timestamptz,
        last_failed_at timestamptz)`);
    await runner.query(`CREATE INDEX parked_due ON parked (next_attempt_at) WHERE state = 'waiting'`);
    await runner.query(`CREATE INDEX parked_key ON parked (stream, key, id)`);

    // What a person discarded, with its evidence.
    await runner.query(
      `CREATE TABLE discarded (LIKE parked, reason text NOT NULL, discarded_at timestamptz NOT NULL DEFAULT now())`,
    );

    // Kafka counts no deliveries: a message is noted here before its first run after an assignment.
    await runner.query(
      `CREATE TABLE delivery_attempt (id uuid PRIMARY KEY, attempts int NOT NULL, last_at timestamptz NOT NULL DEFAULT now())`,
    );

    // The app role may not create tables, so the function runs with the rights of its owner, the migrator.
    await runner.query(`
      CREATE FUNCTION keep_inbox(days int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
      DECLARE
        today date := (now() AT TIME ZONE 'UTC')::date;
        partition text;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('waybill.inbox'));
        IF days < 8 THEN RAISE EXCEPTION 'the inbox must outlive the topics: % days are too few', days; END IF;
        FOR i IN -1..3 LOOP
          partition := 'inbox_' || to_char(today + i, 'YYYYMMDD');
          CONTINUE WHEN to_regclass(partition) IS NOT NULL;
          CONTINUE WHEN EXISTS (SELECT 1 FROM inbox_other WHERE day = today + i);
          EXECUTE format('CREATE TABLE %I PARTITION OF inbox FOR VALUES FROM (%L) TO (%L)', partition, today + i, today + i + 1);
        END LOOP;
        FOR partition IN SELECT relname FROM pg_class WHERE relname ~ '^inbox_[0-9]{8}$' AND relkind = 'r' LOOP
          CONTINUE WHEN partition >= 'inbox_' || to_char(today - days, 'YYYYMMDD');
          EXECUTE format('DROP TABLE %I', partition);
        END LOOP;
        DELETE FROM delivery_attempt WHERE last_at < now() - interval '1 day';
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION keep_inbox(int)`);
    await runner.query(`DROP TABLE delivery_attempt, discarded, parked, inbox, scheduled, outbox`);
  }
}

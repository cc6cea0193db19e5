import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `keep_inbox` leaves no row in the default partition whose day has a partition, forgets the rest, and gives way to
 * deliveries.
 */
export class BoundedInbox1796200000000 implements MigrationInterface {
  readonly name = 'BoundedInbox1796200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION keep_inbox(int)`);
    // A delivery meets a lock for 100 ms at most, and waits for 250. What could not be had is left for the next call, as is what is
    // more than a statement may take: false then. A day more than days is kept, because clocks differ.
    await runner.query(`
      CREATE FUNCTION keep_inbox(days int) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
      SET lock_timeout = '100ms'
      SET search_path = public, pg_temp AS $$
      DECLARE
        today date := (now() AT TIME ZONE 'UTC')::date;
        at_most int := 50000;
        through boolean := true;
        it date;
        partition text;
        gone int;
      BEGIN
        IF days IS NULL OR days < 8 THEN RAISE EXCEPTION 'the inbox must outlive the topics: % days are too few', days; END IF;
        -- Another replica is at it.
        IF NOT pg_try_advisory_xact_lock(hashtext('waybill.inbox')) THEN RETURN true; END IF;
        DELETE FROM delivery_attempt WHERE last_at < now() - interval '1 day';

        -- Ids that have no day: forgotten by when they were handled.
        DELETE FROM inbox_other WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM inbox_other WHERE handled_at < now() - make_interval(days => days + 1) LIMIT at_most));
        GET DIAGNOSTICS gone = ROW_COUNT;
        through := gone < at_most;

        -- One partition for each day that a message may be of, the coming days first. It is made apart and attached: that stops
        -- those alone who write into the default partition. Rows of its day that are there move into it.
        FOR it IN SELECT today + i FROM generate_series(3, -days, -1) AS i LOOP
          partition := 'inbox_' || to_char(it, 'YYYYMMDD');
          CONTINUE WHEN to_regclass(partition) IS NOT NULL;
          BEGIN
            LOCK TABLE inbox_other IN ACCESS EXCLUSIVE MODE;
            -- Too many to move while others wait: they stay until they are forgotten.
            CONTINUE WHEN (SELECT count(*) FROM (SELECT 1 FROM inbox_other WHERE day = it LIMIT at_most) AS counted) = at_most;
            EXECUTE format('CREATE TABLE %I (LIKE inbox INCLUDING ALL)', partition);
            EXECUTE format('WITH moved AS (DELETE FROM inbox_other WHERE day = %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
              it, partition);
            EXECUTE format('ALTER TABLE inbox ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, it, it + 1);
          EXCEPTION WHEN lock_not_available THEN
            through := false;
            EXIT;
          END;
        END LOOP;

        FOR partition IN SELECT relname FROM pg_class WHERE relname ~ '^inbox_[0-9]{8}$' AND relkind = 'r' ORDER BY 1 LOOP
          CONTINUE WHEN partition >= 'inbox_' || to_char(today - days - 1, 'YYYYMMDD');
          BEGIN
            EXECUTE format('DROP TABLE %I', partition);
          EXCEPTION WHEN lock_not_available THEN
            through := false;
            EXIT;
          END;
        END LOOP;
        RETURN through;
      END $$`);
    // Before the first message: what was on its way into the default partition fails when a partition for its day is attached.
    await runner.query(`SELECT keep_inbox(14)`);
  }

  async down(): Promise<void> {
    throw new Error('keep_inbox stays as it is: the function of before would leave rows in the default partition for ever.');
  }
}

import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Query } from '@waybill/demo';
import { alert, type Drill, type DrilledSystem } from './drill.ts';

/** A table whose file is `/dev/full`, into which each recipient of mails is to write a line. PostgreSQL hears from the system that there is no space left. */
const TABLE = 'drill_full_disk';
const WRITES = `
  CREATE FUNCTION ${TABLE}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
    $$ BEGIN INSERT INTO public.${TABLE} VALUES (1); RETURN NULL; END $$;
  CREATE TRIGGER ${TABLE} AFTER INSERT ON recipients EXECUTE FUNCTION ${TABLE}()`;

export const fullDisk: Drill = {
  what: 'the disk of PostgreSQL is full for the recipients of notification',
  alerts: [alert('DatabaseShortage', { resource: 'disk' })],
  begin: (system) =>
    inNotification(system, async (query) => {
      await query(`CREATE TABLE ${TABLE} (line int)`);
      // Nothing of the file is to be written to the disk any more when it becomes another one.
      await query('CHECKPOINT');
      const place = `SELECT current_setting('data_directory') AS folder, pg_relation_filepath('${TABLE}') AS file`;
      const [{ folder, file }] = (await query<{ folder: string; file: string }>(place)) as [{ folder: string; file: string }];
      rmSync(join(folder, file));
      symlinkSync('/dev/full', join(folder, file));
      await query(WRITES);
    }),
  end: (system) =>
    inNotification(system, async (query) => {
      await query(`DROP FUNCTION IF EXISTS ${TABLE} CASCADE`);
      await query(`DROP TABLE IF EXISTS ${TABLE}`);
    }),
};

const inNotification = ({ stack }: DrilledSystem, work: (query: Query) => Promise<void>): Promise<void> =>
  stack.database('notification', async (query) => {
    await query('SET default_transaction_read_only = off');
    await work(query);
  });

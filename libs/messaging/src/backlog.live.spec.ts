import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { World } from '../test/world.js';
import { readBacklog } from './backlog.js';
import type { Backlog } from './metrics.js';

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** How many rows the busiest step of a plan has looked at, each time it ran. */
const mostRows = (plan: Plan): number =>
  Math.max(plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0), ...(plan.Plans ?? []).map(mostRows));

const MANY = 30_000;
let world: World;
beforeAll(async () => {
  world = await World.make('kafka', { deployed: false });
  await world.query(
    `INSERT INTO outbox (lane, message_id, type, key, body, created_at, not_before)
     SELECT CASE WHEN i < $1 THEN 'kafka' ELSE 'rabbitmq' END, gen_random_uuid(), 't', 'k' || i, '', now() - interval '1 hour',
       CASE WHEN i < $1 AND i % 3 = 0 THEN now() END
     FROM generate_series(1, $1::int) AS i`,
    [MANY],
  );
  await world.query(
    `INSERT INTO parked (stream, message_id, type, key, body, source, ordered, state, next_attempt_at, failures, crashes, errors, parked_at)
     SELECT 's', gen_random_uuid(), 't', 'k', '', 'spec', false, CASE WHEN i < $1 THEN 'waiting' ELSE 'dead' END, now(), 0, 0, '[]',
       now() - interval '1 hour'
     FROM generate_series(1, $1::int) AS i`,
    [MANY],
  );
  await world.query(
    `INSERT INTO scheduled (type, key, due_at, message_id, body)
     SELECT 't', 'k' || i, now() - interval '1 hour', gen_random_uuid(), '' FROM generate_series(1, $1::int) AS i`,
    [MANY],
  );
  for (const table of ['outbox', 'parked', 'scheduled']) await world.query(`VACUUM ANALYZE ${table}`);
});
afterAll(() => world.close());

describe('what waits, when very much does', () => {
  const upTo = 1_000;

  test('is counted up to a bound; the oldest is found, and one row behind all others too', async () => {
    const [backlog] = await world.query<Backlog>(readBacklog(upTo));
    const anHour = expect.closeTo(3_600, -2);
    expect(backlog).toEqual({
      outbox: [
        { lane: 'kafka', rows: upTo, oldestSeconds: anHour, heldRows: upTo },
        { lane: 'rabbitmq', rows: 1, oldestSeconds: anHour, heldRows: 0 },
      ],
      parked: [
        { state: 'waiting', rows: upTo, oldestSeconds: anHour },
        { state: 'dead', rows: 1, oldestSeconds: anHour },
      ],
      timers: { rows: upTo, overdueSeconds: anHour },
    });
  });

  test('is counted without a look at the rest of it', async () => {
    const [explained] = await world.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${readBacklog(upTo)}`,
    );
    expect(mostRows(explained!['QUERY PLAN'][0].Plan)).toBeLessThanOrEqual(upTo);
  });
});

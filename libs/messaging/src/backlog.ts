/** A figure from here on says "so many or more". Nobody decides otherwise for the next hundred thousand. */
export const COUNTED_UP_TO = 100_000;

/**
 * Reads all that waits in one statement, for one round trip at each scrape. The tables are empty most of the time. In an
 * outage they hold millions of rows, and these figures must not fail then. So the oldest row is the first of an index, and
 * each count reads an index and ends at a bound. With a million rows in each table that takes 0.1 s at most. To count them all
 * took 1.2 s, which is nearly as long as a scrape waits for it.
 * BETWEEN says "equal" in a way that keeps the planner from the index of `id` alone. With that index it would walk a million
 * rows of one lane to find the first of the other.
 */
export const readBacklog = (upTo: number): string => {
  const count = (rows: string) => `(SELECT count(*) FROM (SELECT FROM ${rows} LIMIT ${upTo}) AS counted)`;
  const age = (oldest: string) => `coalesce(extract(epoch FROM now() - (SELECT ${oldest} LIMIT 1)), 0)`;
  const ofLane = 'outbox WHERE lane BETWEEN of.lane AND of.lane';
  const ofState = 'parked WHERE state BETWEEN of.state AND of.state';
  return `
  SELECT
    (SELECT json_agg(lanes) FROM (
      SELECT lane, ${count(ofLane)} AS rows,
        ${age(`created_at FROM ${ofLane} ORDER BY lane, id`)} AS "oldestSeconds",
        ${count(`${ofLane} AND not_before IS NOT NULL`)} AS "heldRows"
      FROM unnest(ARRAY['kafka', 'rabbitmq']) AS of(lane)) AS lanes) AS outbox,
    (SELECT json_agg(states) FROM (
      SELECT state, ${count(ofState)} AS rows,
        ${age(`parked_at FROM ${ofState} ORDER BY state, id`)} AS "oldestSeconds"
      FROM unnest(ARRAY['waiting', 'dead']) AS of(state)) AS states) AS parked,
    (SELECT row_to_json(timers) FROM (
      SELECT ${count('scheduled')} AS rows,
        greatest(0, ${age('due_at FROM scheduled ORDER BY due_at')}) AS "overdueSeconds") AS timers) AS timers`;
};

export const READ_BACKLOG = readBacklog(COUNTED_UP_TO);

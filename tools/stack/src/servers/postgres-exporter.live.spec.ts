// PostgreSQL's exporter has its password in a file that it reads at each sign-in, and in no text that it could log.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSession, POSTGRES_OBSERVER, POSTGRES_OBSERVER_SECRET, Secrets } from '@waybill/deploy';
import { eventually } from '@waybill/testing';
import { askPort, down, instanceOf, pidOf, readConnections, rotateSecrets, up } from '../index.ts';

const INSTANCE = 'exporter-spec';
const UP_WITHIN_MS = 120_000;
const { paths } = instanceOf(INSTANCE);
const secrets = new Secrets(paths.secrets);

beforeAll(() => up({ instance: INSTANCE, only: ['postgres', 'postgres-exporter'], report: () => {} }), UP_WITHIN_MS);
afterAll(() => down({ instance: INSTANCE, purge: true, report: () => {} }), UP_WITHIN_MS);

/** Whether the exporter has been let in, by its own figure. */
async function isLetIn(): Promise<boolean> {
  const ports = JSON.parse(readFileSync(paths.ports, 'utf8')) as Record<string, number>;
  const answer = await askPort(readConnections(INSTANCE).tls, ports['postgres-exporter.metrics']!, '/metrics');
  return /^pg_up 1$/m.test(await answer.text());
}

test('is let in, also by the password that it has after a rotation, and is not started again for it', async () => {
  await eventually('the exporter is let in', isLetIn);
  const before = { pid: await pidOf('postgres-exporter', INSTANCE), password: secrets.value(POSTGRES_OBSERVER_SECRET) };
  await rotateSecrets([POSTGRES_OBSERVER_SECRET], { instance: INSTANCE }, () => undefined);
  expect(secrets.value(POSTGRES_OBSERVER_SECRET)).not.toBe(before.password);
  const { superuser, host, port, ssl } = readConnections(INSTANCE).postgres;
  const session = await openSession({ host, port, ssl, ...superuser, database: 'postgres' });
  const ended = await session.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [
    POSTGRES_OBSERVER,
  ]);
  await session.end();
  expect(ended.rowCount).toBeGreaterThan(0);
  await eventually('the exporter is let in again', isLetIn);
  expect(await pidOf('postgres-exporter', INSTANCE)).toBe(before.pid);
}, 60_000);

test('has its password neither in its environment nor in its log', async () => {
  const environment = readFileSync(`/proc/${await pidOf('postgres-exporter', INSTANCE)}/environ`, 'utf8');
  const log = readFileSync(join(paths.logs, 'postgres-exporter.log'), 'utf8');
  expect(environment).toContain('PGPASSFILE=');
  for (const text of [environment, log]) expect(text).not.toContain(secrets.value(POSTGRES_OBSERVER_SECRET));
});

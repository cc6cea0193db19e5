import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@waybill/kit';
import { environmentOf } from '../environment.ts';
import { portKey } from '../topology.ts';
import { answers } from './probe.ts';
import type { Launch, Prepare } from './server.ts';
import { probeTls, secretsIn, tlsFolderOf } from './tls-files.ts';
import { webConfiguration } from './web-configuration.ts';

/** PostgreSQL's own figures as metrics, read by a role that may see statistics and no row. */
export const postgresExporter: Prepare = async (unit, around) => {
  const home = join(around.home, unit.name);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const port = around.ports[portKey(unit.name, 'metrics')]!;
  const asker = probeTls(around);
  const secured = webConfiguration(tlsFolderOf(unit.name, around), home);
  const file = join(around.software.prometheus, 'usr/bin/prometheus-postgres-exporter');
  const env = {
    PATH: '/usr/bin:/bin',
    ...environmentOf(unit, {
      ...around,
      secrets: { file: (secret) => around.secrets.file(secret), dir: secretsIn(around.home) },
    }),
  };
  return {
    file,
    args: [`--web.listen-address=127.0.0.1:${port}`, '--log.level=warn', ...secured, ...(await withoutBgwriter(file, env))],
    env,
    cwd: home,
    stopWithinMs: 5_000,
    readyWithinMs: 20_000,
    isReady: () => answers(asker, port, '/'),
  } satisfies Launch;
};

/** Debian 12's exporter reads columns that PostgreSQL 17 has moved elsewhere, and complains at every scrape. Newer ones know. */
async function withoutBgwriter(file: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const help = await run(file, ['--help'], { env, withErrors: true });
  return help.includes('--collector.bgwriter') ? ['--no-collector.bgwriter'] : [];
}

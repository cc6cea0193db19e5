import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf } from '../environment.ts';
import { portKey } from '../topology.ts';
import { answers } from './probe.ts';
import type { Launch, Prepare } from './server.ts';

/** PostgreSQL's own figures as metrics, read by a role that may see statistics and no row. */
export const postgresExporter: Prepare = async (unit, around) => {
  const home = join(around.instance.dir, unit.name);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const port = around.ports[portKey(unit.name, 'metrics')]!;
  return {
    file: join(around.software.prometheus, 'usr/bin/prometheus-postgres-exporter'),
    args: [`--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'],
    env: { PATH: '/usr/bin:/bin', ...environmentOf(unit, around) },
    cwd: home,
    stopWithinMs: 5_000,
    readyWithinMs: 20_000,
    isReady: () => answers(`http://127.0.0.1:${port}/`),
  } satisfies Launch;
};

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { portKey } from '../topology.ts';
import { answers } from './probe.ts';
import type { Launch, Prepare } from './server.ts';

/** What nginx counts itself (connections and requests) as metrics. */
export const nginxExporter: Prepare = async (unit, around) => {
  const home = join(around.home, unit.name);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const port = around.ports[portKey(unit.name, 'metrics')]!;
  const operations = around.ports[portKey('nginx', 'operations')]!;
  return {
    file: join(around.software.prometheus, 'usr/bin/prometheus-nginx-exporter'),
    // Two hyphens: from 1.0 on (Ubuntu 24.04) it takes no other, and 0.11 (Debian 12) takes both.
    args: [`--web.listen-address=127.0.0.1:${port}`, `--nginx.scrape-uri=http://127.0.0.1:${operations}/stub_status`],
    env: { PATH: '/usr/bin:/bin' },
    cwd: home,
    stopWithinMs: 5_000,
    readyWithinMs: 20_000,
    isReady: () => answers(`http://127.0.0.1:${port}/`),
  } satisfies Launch;
};

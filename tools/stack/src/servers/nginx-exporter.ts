import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CA_FILE, PAIR_FILE } from '@waybill/deploy';
import { run } from '@waybill/kit';
import { portKey } from '../topology.ts';
import { answers } from './probe.ts';
import type { Launch, Prepare } from './server.ts';
import { probeTls, tlsFolderOf } from './tls-files.ts';
import { webConfiguration } from './web-configuration.ts';

/** What nginx counts itself (connections and requests) as metrics. */
export const nginxExporter: Prepare = async (unit, around) => {
  const home = join(around.home, unit.name);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const port = around.ports[portKey(unit.name, 'metrics')]!;
  const file = join(around.software.prometheus, 'usr/bin/prometheus-nginx-exporter');
  const env = { PATH: '/usr/bin:/bin' };
  const tls = tlsFolderOf(unit.name, around);
  const asker = probeTls(around);
  const operations = around.ports[portKey('nginx', tls === undefined ? 'operations' : 'operations-https')]!;
  const page = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${operations}/stub_status`;
  return {
    file,
    // Two hyphens: from 1.0 on (Ubuntu 24.04) it takes no other, and 0.11 (Debian 12) takes both.
    args: [
      `--web.listen-address=127.0.0.1:${port}`,
      `--nginx.scrape-uri=${page}`,
      ...(tls === undefined ? [] : [`--nginx.ssl-ca-cert=${join(tls, CA_FILE)}`, ...(await secured(file, env, tls, home))]),
    ],
    env,
    cwd: home,
    stopWithinMs: 5_000,
    readyWithinMs: 20_000,
    isReady: () => answers(asker, port, '/'),
  } satisfies Launch;
};

/** From 1.0 on it takes the file that Prometheus itself does. Before, it has flags of its own. */
async function secured(file: string, env: NodeJS.ProcessEnv, tls: string, home: string): Promise<string[]> {
  const help = await run(file, ['--help'], { env, withErrors: true });
  if (help.includes('web.config.file')) return webConfiguration(tls, home);
  const pair = join(tls, PAIR_FILE);
  return ['--web.secured-metrics', `--web.ssl-server-cert=${pair}`, `--web.ssl-server-key=${pair}`];
}

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, run } from '@waybill/kit';
import { nativeTargets } from './native-targets.ts';
import { portKey } from '../topology.ts';
import { answers } from './probe.ts';
import type { Launch, Prepare } from './server.ts';
import { probeTls, tlsFolderOf } from './tls-files.ts';
import { webConfiguration } from './web-configuration.ts';

const CONFIGURATION = join(projectRoot, 'infra/prometheus');

/** The same in containers. A day, or as much of it as fits: alerts look back minutes, and boards a quarter of an hour. */
export const PROMETHEUS_FLAGS = [
  '--web.route-prefix=/prometheus/',
  '--storage.tsdb.retention.time=24h',
  '--storage.tsdb.retention.size=128MB',
  // What leads from a figure to a trace.
  '--enable-feature=exemplar-storage',
];

export const prometheus: Prepare = async ({ name }, around) => {
  const home = join(around.home, 'prometheus');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const tls = tlsFolderOf(name, around);
  const configuration = readFileSync(join(CONFIGURATION, 'prometheus.yml'), 'utf8');
  writeFileSync(join(home, 'prometheus.yml'), nativeTargets(configuration, { folder: home, ports: around.ports, tls }));
  rmSync(join(home, 'rules'), { recursive: true, force: true });
  cpSync(join(CONFIGURATION, 'rules'), join(home, 'rules'), { recursive: true });
  const root = around.software.prometheus;
  const file = join(root, 'usr/bin/prometheus');
  const env = { PATH: '/usr/bin:/bin' };
  const port = around.ports[portKey(name, 'http')]!;
  const operations = around.ports[portKey('nginx', 'operations')]!;
  const asker = probeTls(around);
  return {
    file,
    args: [
      ...PROMETHEUS_FLAGS,
      `--config.file=${join(home, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(home, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=http://127.0.0.1:${operations}/prometheus/`,
      ...webConfiguration(tls, home),
      ...(await pages(file, root, env)),
      '--log.level=warn',
    ],
    env,
    cwd: home,
    stopWithinMs: 10_000,
    readyWithinMs: 30_000,
    isReady: () => answers(asker, port, '/prometheus/-/ready'),
  } satisfies Launch;
};

/** Debian 12 keeps the pages beside the program. One that brings them along does not know the option. */
async function pages(file: string, root: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const help = await run(file, ['--help'], { env, withErrors: true });
  return help.includes('--web.local-assets') ? [`--web.local-assets=${join(root, 'usr/share/prometheus/web/')}`] : [];
}

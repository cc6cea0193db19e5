import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@waybill/kit';
import { TLS_IN_CONTAINERS } from './native-targets.ts';

/** The flag by which Prometheus and its exporters answer by TLS, with the file that it names, laid into their folder. */
export function webConfiguration(tls: string | undefined, home: string): string[] {
  if (tls === undefined) return [];
  const file = join(home, 'web.yml');
  const written = readFileSync(join(projectRoot, 'infra/prometheus/web.yml'), 'utf8');
  writeFileSync(file, written.replaceAll(TLS_IN_CONTAINERS, tls));
  return [`--web.config.file=${file}`];
}

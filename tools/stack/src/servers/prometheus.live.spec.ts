import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot, run } from '@waybill/kit';
import { nativeTargets } from './native-targets.ts';
import { prepareSoftware } from '../software/software.ts';
import { defaultPorts } from '../topology.ts';

const folder = join(projectRoot, 'infra/prometheus');
let promtool: string;
beforeAll(async () => {
  promtool = join((await prepareSoftware(() => undefined)).prometheus, 'usr/bin/promtool');
});

describe("Prometheus's own tool", () => {
  test('finds nothing wrong in the configuration for containers and its rules', async () => {
    // The certificates are in the container alone.
    for (const file of ['prometheus.yml', 'prometheus-clear.yml'])
      expect(await run(promtool, ['check', 'config', '--syntax-only', join(folder, file)])).toContain('SUCCESS');
  });

  test('finds nothing wrong in the one that the native stack makes of it', async () => {
    const home = mkdtempSync(join(tmpdir(), 'waybill-prometheus-'));
    const file = join(home, 'prometheus.yml');
    writeFileSync(file, nativeTargets(readFileSync(join(folder, 'prometheus.yml'), 'utf8'), { folder, ports: defaultPorts() }));
    expect(await run(promtool, ['check', 'config', file])).toContain('SUCCESS');
    rmSync(home, { recursive: true });
  });

  test('sees every alert fire when it must, and not when it must not', async () => {
    expect(await run(promtool, ['test', 'rules', join(folder, 'tests/alerts.test.yml')])).toContain('SUCCESS');
  });
});

import { spawnSync } from 'node:child_process';
import { projectRoot } from '@waybill/kit';
import { appEnvironment } from '../servers/app.ts';
import { readSettings } from '../settings.ts';
import { running } from '../supervision/running.ts';
import { units } from '../topology.ts';

/** Runs a program of one of our processes beside it, told what that is told, and so with its rights. Its exit code is ours. */
export function runAs(part: 'identity' | 'outside-world', program: string, args: readonly string[], instance?: string): void {
  const around = running(instance);
  const [unit] = units(undefined, { only: [part] });
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', program, ...args], {
    cwd: projectRoot,
    env: appEnvironment(unit!, { ...around, settings: readSettings() }),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exitCode = status ?? 1;
}

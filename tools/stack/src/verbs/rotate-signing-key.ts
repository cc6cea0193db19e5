import { spawnSync } from 'node:child_process';
import { projectRoot } from '@waybill/kit';
import { appEnvironment } from '../servers/app.ts';
import { readSettings } from '../settings.ts';
import { running } from '../supervision/running.ts';
import { units } from '../topology.ts';

/** Has the issuer's own program do it, with the issuer's rights. What runs notices the change in the database. */
export function rotateSigningKey(instance?: string): void {
  const around = running(instance);
  const [unit] = units(undefined, { only: ['identity'] });
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', 'apps/identity/dist/rotate-signing-key.js'], {
    cwd: projectRoot,
    env: appEnvironment(unit!, { ...around, settings: readSettings() }),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exitCode = status ?? 1;
}

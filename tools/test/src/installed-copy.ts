import { spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { builtFolders, makePrivateCopy, type PrivateCopy, projectRoot } from '@waybill/kit';

/** A private copy with what is installed and built here, so that neither is done again. The packages are linked file by file. */
export function makeInstalledCopy(): PrivateCopy {
  const copy = makePrivateCopy();
  const linked = spawnSync('cp', ['-al', join(projectRoot, 'node_modules'), copy.folder], { encoding: 'utf8' });
  // Its temporary place may be on another disk.
  if (linked.status !== 0)
    cpSync(join(projectRoot, 'node_modules'), join(copy.folder, 'node_modules'), {
      recursive: true,
      force: true,
      verbatimSymlinks: true,
    });
  for (const folder of ['.nx/cache', ...builtFolders()])
    if (existsSync(join(projectRoot, folder)))
      cpSync(join(projectRoot, folder), join(copy.folder, folder), { recursive: true, preserveTimestamps: true });
  return copy;
}

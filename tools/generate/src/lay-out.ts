import type { Tree } from '@nx/devkit';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

/** Lays out what was written in TypeScript as prettier does: a name decides how long a line is. */
export async function layOut(tree: Tree): Promise<void> {
  const options = await resolveConfig(join(tree.root, 'package.json'));
  for (const { path, type, content } of tree.listChanges())
    if (type !== 'DELETE' && path.endsWith('.ts'))
      tree.write(path, await format(content!.toString(), { ...options, filepath: path }));
}

import type { Tree } from '@nx/devkit';

export function textOf(tree: Tree, file: string): string {
  const text = tree.read(file, 'utf8');
  if (text === null) throw new Error(`There is no ${file}: is this the folder of the project?`);
  return text;
}

/** Changes a file, and leaves one that is as it shall be alone. */
export const change = (tree: Tree, file: string, how: (text: string) => string) => {
  const text = textOf(tree, file);
  const changed = how(text);
  if (changed !== text) tree.write(file, changed);
};

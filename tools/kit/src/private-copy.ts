import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from './project-root.ts';

/** A copy of the project in a folder of a temporary place. */
export interface PrivateCopy {
  readonly folder: string;
  readonly remove: () => void;
}

/**
 * Copies what would be committed. The copy is like a clone made under a umask of 077: no other user can read its files or enter
 * the folder above it. The folder's name is not ASCII and has a space.
 */
export function makePrivateCopy(): PrivateCopy {
  const place = mkdtempSync(join(tmpdir(), 'waybill-copy-'));
  const folder = join(place, '项目 ü');
  for (const path of committedPaths()) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    copyFileSync(join(projectRoot, path), file);
    chmodSync(file, 0o600);
  }
  return { folder, remove: () => rmSync(place, { recursive: true, force: true }) };
}

/** What a commit of everything that is here would hold. */
export function committedPaths(): string[] {
  const listing = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const paths = execFileSync('git', listing, { cwd: projectRoot, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split('\0');
  return paths.filter((path) => path !== '' && existsSync(join(projectRoot, path)));
}

/** Folders of what is built. */
export const builtFolders = (): string[] =>
  ['apps', 'libs']
    .flatMap((kind) => readdirSync(join(projectRoot, kind)).map((name) => `${kind}/${name}/dist`))
    .filter((folder) => existsSync(join(projectRoot, folder)));

/** Gives a copy its node_modules: packages from outside are shared, ours are those of the copy. */
export function linkPackages(folder: string): void {
  const shared = join(projectRoot, 'node_modules');
  const here = join(folder, 'node_modules');
  mkdirSync(join(here, '@waybill'), { recursive: true });
  for (const name of readdirSync(shared))
    if (name !== '@waybill' && !name.startsWith('.')) symlinkSync(join(shared, name), join(here, name));
  for (const kind of ['apps', 'libs', 'tools', 'examples'])
    for (const name of readdirSync(join(folder, kind)))
      if (existsSync(join(folder, kind, name, 'package.json')))
        symlinkSync(join('..', '..', kind, name), join(here, '@waybill', name));
}

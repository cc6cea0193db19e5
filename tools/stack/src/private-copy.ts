import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from './instance.ts';

/** A copy of the project in a folder of a temporary place. */
export interface PrivateCopy {
  readonly folder: string;
  readonly remove: () => void;
}

/**
 * What would be committed, as a clone has it that somebody made under a umask of 077, in a folder with a name of their own, below
 * one that nobody else can enter.
 */
export function makePrivateCopy(): PrivateCopy {
  const place = mkdtempSync(join(tmpdir(), 'waybill-copy-'));
  const folder = join(place, '项目 ü');
  const listing = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const paths = execFileSync('git', listing, { cwd: projectRoot, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split('\0');
  for (const path of paths.filter((each) => each !== '' && existsSync(join(projectRoot, each)))) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    copyFileSync(join(projectRoot, path), file);
    chmodSync(file, 0o600);
  }
  return { folder, remove: () => rmSync(place, { recursive: true, force: true }) };
}

import { readFile } from 'node:fs/promises';
import { projectRoot, run } from '@waybill/kit';
import type { SourceFile } from './check.ts';

/** What a commit would hold: tracked files, and new ones that `.gitignore` does not name. */
export const trackedPaths = (): Promise<string[]> => listed('--cached', '--others');

/** Tracked although `.gitignore` names it: a checkout replaces such a file in every clone without a word. */
export const ignoredPaths = (): Promise<string[]> => listed('--cached', '--ignored');

async function listed(...which: string[]): Promise<string[]> {
  const listing = await run('git', ['ls-files', ...which, '--exclude-standard', '-z'], { cwd: projectRoot });
  return listing.split('\0').filter((path) => path !== '');
}

/** Those files with their text. Binary files, and files that are deleted but not yet committed as such, are left out. */
export async function trackedFiles(ending = ''): Promise<SourceFile[]> {
  const paths = (await trackedPaths()).filter((path) => path.endsWith(ending));
  const files = await Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(`${projectRoot}/${path}`, 'utf8').catch(() => '\0') })),
  );
  return files.filter((file) => !file.text.includes('\0'));
}

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@waybill/kit';
import { cacheDir } from '../instance.ts';
import { Apt, release } from './apt.ts';
import { aloneOnTheCache } from './cache-lock.ts';
import { unpackTrees, type Tree } from './debian.ts';

/** The folder into which Debian's package of HAProxy was unpacked. It is fetched when somebody asks for HAProxy, not before. */
export async function prepareHaproxy(report: Report): Promise<string> {
  const home = join(cacheDir(), await release());
  const folder = join(home, 'haproxy');
  if (!existsSync(folder)) await aloneOnTheCache(report, () => fetchMissing(home, folder, report));
  return folder;
}

async function fetchMissing(home: string, folder: string, report: Report): Promise<void> {
  if (existsSync(folder)) return;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const apt = new Apt(home);
  await apt.update(report);
  await unpackTrees(apt, [haproxyIn(folder)], report);
}

const haproxyIn = (folder: string): Tree => ({
  folder,
  roots: ['haproxy'],
  wanted: /^(haproxy|liblua\d\.\d-0|libopentracing[a-z0-9-]+|libssl\d[a-z0-9.]*|libpcre2-8-0)$/,
});

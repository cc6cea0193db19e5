import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, type Suite } from '@waybill/kit';
import { runNode } from './child.ts';
import { makeInstalledCopy } from './installed-copy.ts';

const NAME = 'end to end';
const ORDERS = 60;

/** What `tools/demo` writes. */
interface Outcome {
  readonly ok: boolean;
  readonly orders: { readonly accepted: number };
  readonly violations: readonly string[];
}

/** What a shell may have set, and nothing may mind. */
const SHELL = { NODE_ENV: 'production', npm_config_omit: 'dev', LC_ALL: 'POSIX' };

/**
 * The demo as a test: the whole system, real orders, and an audit that accounts for each of them. It runs as on the least
 * friendly machine: in a folder whose name is no ASCII, below one that other users (PostgreSQL's, for root) cannot enter, under a
 * umask that leaves them nothing to read, and in a shell for production.
 */
export async function runEndToEnd(folder: string, signal: AbortSignal): Promise<Suite> {
  const file = join(folder, 'e2e.json');
  console.log(`\n${NAME}`);
  const copy = makeInstalledCopy();
  const there = { cwd: copy.folder, env: SHELL, signal, withinMinutes: 8 };
  const mask = process.umask(0o077);
  try {
    const demo = ['demo', '--once', '--orders', String(ORDERS), '--instance', 'e2e', '--json', file];
    const { code, seconds } = await runNode(['tools/run.mjs', ...demo], there);
    if (!existsSync(file)) return broken(NAME, `ended with ${code} and no result`, seconds);
    const { ok, orders, violations } = JSON.parse(readFileSync(file, 'utf8')) as Outcome;
    if (!ok || code !== 0 || orders.accepted < ORDERS)
      return broken(NAME, violations[0] ?? `${orders.accepted} orders accepted, ended with ${code}`, seconds);
    return { name: NAME, passed: 1, failed: 0, skipped: 0, seconds, note: `${orders.accepted} orders accounted for` };
  } finally {
    process.umask(mask);
    const rest = { ...there, signal: AbortSignal.timeout(60_000), quiet: true };
    await runNode(['tools/run.mjs', 'stack', 'down', '--purge', '--instance', 'e2e'], rest);
    copy.remove();
  }
}

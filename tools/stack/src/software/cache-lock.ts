import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@waybill/kit';
import { cacheDir } from '../instance.ts';

/**
 * Works alone on the cache, which all clones of a user share. `flock` belongs to every Debian and Ubuntu; the kernel takes
 * the lock back when its holder ends, and the holder ends when our end of the pipe is closed: also after a kill -9.
 */
export async function aloneOnTheCache<T>(report: Report, work: () => Promise<T>): Promise<T> {
  mkdirSync(cacheDir(), { recursive: true, mode: 0o700 });
  const holder = spawn('flock', [join(cacheDir(), 'lock'), 'sh', '-c', 'echo held && exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const failed = new Promise<never>((_resolve, reject) => {
    holder.once('error', reject);
    holder.once('exit', (code) =>
      reject(new Error(`The cache ${cacheDir()} could not be locked: flock ended with code ${code}.`)),
    );
  });
  failed.catch(() => undefined); // it ends for good when the work is done, and nobody listens any more
  const waiting = setTimeout(() => report(`another start fills the cache ${cacheDir()}: waiting for it`), 1000);
  try {
    await Promise.race([once(holder.stdout, 'data'), failed]);
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
  }
}

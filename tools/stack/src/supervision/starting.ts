import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { identify, isAlive, type Identity } from './identity.ts';
import { type Instance } from '../instance.ts';

/** Only one process at a time brings an instance up: two would take each other's processes for what an earlier run left. */
export async function alone<T>(instance: Instance, work: () => Promise<T>): Promise<T> {
  const file = instance.paths.starting;
  const other = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8') || 'null') as Identity | null) : null;
  if (other && isAlive(other)) throw new Error(`It is just being started, by process ${other.pid}.`);
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(identify(process.pid)), { flag: 'wx', mode: 0o600 });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

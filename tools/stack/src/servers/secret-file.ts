import { chmodSync, rmSync, writeFileSync } from 'node:fs';

/** A file that its owner alone reads, also when one of another mode was there. */
export function writeSecret(path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
}

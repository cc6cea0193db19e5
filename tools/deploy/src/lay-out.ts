// The step `configuration` of `docker compose up`: lays a folder's files into a volume that servers of every user mount from.
// The image holds this file alone beside them, so it needs nothing but Node.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [source, target] = process.argv.slice(2);
if (!source || !target) {
  console.error('lay-out.ts FROM TO: the folder to copy, and the one that becomes its copy.');
  process.exit(1);
}
layOut(source, target);

/** Removes files that the source no longer has: Prometheus and Grafana read each file that they find. */
function layOut(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  if (to !== target) chmodSync(to, 0o755);
  const entries = readdirSync(from, { withFileTypes: true });
  for (const left of readdirSync(to).filter((name) => !entries.some((entry) => entry.name === name)))
    rmSync(join(to, left), { recursive: true });
  for (const entry of entries) {
    const [here, there] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) layOut(here, there);
    else replace(there, readFileSync(here));
  }
}

/** Writes the file beside and renames it: a reader finds the old text or the new one, never a part. */
function replace(file: string, text: Buffer): void {
  if (existsSync(file) && readFileSync(file).equals(text)) return;
  writeFileSync(`${file}.new`, text);
  chmodSync(`${file}.new`, 0o644);
  renameSync(`${file}.new`, file);
}

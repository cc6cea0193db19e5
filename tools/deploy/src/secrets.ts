import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The passwords of one instance: a file each, 32 random bytes, readable by its owner alone, made when first asked for. */
export class Secrets {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** The path of a secret's file: what goes into a service's environment. */
  file(name: string): string {
    const path = join(this.dir, name);
    if (!existsSync(path)) this.make(path);
    return path;
  }

  value(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  /** Keeps what was made from other secrets, for the one process that reads it. A name may have a folder in it. */
  keep(name: string, text: string): void {
    this.write(join(this.dir, name), text, 0o400);
  }

  private make(path: string): void {
    this.write(path, randomBytes(32).toString('base64url'), 0o600);
  }

  /** Written beside and renamed: a power cut leaves the whole secret or none. */
  private write(path: string, text: string, mode: number): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const unfinished = `${path}.${process.pid}.new`;
    writeFileSync(unfinished, text, { mode });
    chmodSync(unfinished, mode);
    renameSync(unfinished, path);
  }
}

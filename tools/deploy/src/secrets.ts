import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
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
    if (!existsSync(path)) this.write(path, random());
    return path;
  }

  value(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  has(name: string): boolean {
    return existsSync(join(this.dir, name));
  }

  /** When it was made. */
  madeAt(name: string): Date {
    return statSync(join(this.dir, name)).mtime;
  }

  /** Keeps what was made from other secrets, for the one process that reads it. A name may have a folder in it. */
  keep(name: string, text: string): void {
    this.write(join(this.dir, name), text);
  }

  /**
   * What a secret will be once its server knows it. It waits in a file of its own: a rotation that is cut off between the server and
   * `take` has not forgotten it, and the next one goes on with it.
   */
  next(name: string): string {
    return this.value(nextOf(name));
  }

  hasNext(name: string): boolean {
    return this.has(nextOf(name));
  }

  /** From now on the secret is its next one. */
  take(name: string): void {
    this.next(name);
    renameSync(join(this.dir, nextOf(name)), join(this.dir, name));
  }

  /** Written beside and renamed: a power cut leaves the whole secret or none. */
  private write(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const unfinished = `${path}.${process.pid}.new`;
    writeFileSync(unfinished, text, { mode: 0o400 });
    chmodSync(unfinished, 0o400);
    renameSync(unfinished, path);
  }
}

const random = () => randomBytes(32).toString('base64url');
const nextOf = (name: string) => `${name}.next`;

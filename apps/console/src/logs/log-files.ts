import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** So much of a file's end is read for its tail, and so much is searched. */
const TAIL_BYTES = 128 * 1024;
const SEARCHED_BYTES = 4 * 1024 * 1024;
export const MAX_LINES = 200;
/** A stack trace is a long line, and a page shows no more of it. */
const MAX_LETTERS = 4_000;

/** A part of the stack, `order-1` or `kafka`. As a file's name it stays within its folder. */
const NAME = /^[a-z][a-z0-9-]{0,40}$/;

export interface Tail {
  readonly lines: readonly string[];
  /** Whether older lines may be in the file. */
  readonly more: boolean;
}

/**
 * The log files of a stack that runs as processes, one for each part, read by the console's own user. In containers there are
 * none: what could read their logs could also command the engine.
 */
export class LogFiles {
  constructor(private readonly folder: string | undefined) {}

  /** Whose files there are; undefined where there are none to read. */
  async names(): Promise<readonly string[] | undefined> {
    if (this.folder === undefined) return undefined;
    const files = await readdir(this.folder);
    return files
      .filter((file) => file.endsWith('.log'))
      .map((file) => file.slice(0, -'.log'.length))
      .filter((name) => NAME.test(name))
      .sort();
  }

  /** The last lines of a part's log, of those that have `find` in them. Undefined when there is no such file. */
  async tail(name: string, find = '', lines = MAX_LINES): Promise<Tail | undefined> {
    if (this.folder === undefined || !NAME.test(name)) return undefined;
    // A link could lead out of the folder.
    const file = await open(join(this.folder, `${name}.log`), constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      const length = Math.min(size, find === '' ? TAIL_BYTES : SEARCHED_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
      const all = buffer.toString('utf8', 0, bytesRead).split('\n');
      // The first line has lost its beginning, and the last one is not written to its end yet.
      const whole = all.slice(length < size ? 1 : 0, -1);
      const found = find === '' ? whole : whole.filter((line) => line.includes(find));
      return {
        lines: found.slice(-lines).map((line) => line.slice(0, MAX_LETTERS)),
        more: length < size || found.length > lines,
      };
    } finally {
      await file.close();
    }
  }
}

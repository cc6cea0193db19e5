import { open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';

interface Log {
  warn(fields: object, text: string): void;
}

/**
 * An append-only file of JSON lines. `append` resolves when the line is on disk, so that whoever answers after it can say
 * nothing that a kill -9 or a power cut takes back.
 */
export class Ledger<Line extends object> {
  private waiting: { text: string; onDisk: () => void }[] = [];
  private flushing: Promise<void> | undefined;

  private constructor(readonly path: string) {}

  /**
   * Opens or makes a ledger and reads its lines. A last line that was torn by a kill is cut off: it was never answered.
   * Any other line that cannot be read is an error that names it: a ledger is evidence and is not repaired in silence.
   */
  static async open<Line extends object>(path: string, schema: z.ZodType<Line>, log: Log) {
    await withFile(path, 'a', (file) => file.sync());
    // The folder is what knows that the file exists. Windows has no fsync of a folder.
    if (process.platform !== 'win32') await withFile(dirname(path), 'r', (folder) => folder.sync());
    const content = await readFile(path);
    const whole = content.lastIndexOf('\n') + 1;
    if (whole < content.length) {
      await truncate(path, whole);
      log.warn({ path, bytes: content.length - whole }, 'The last line of the ledger was torn: cut off.');
    }
    const texts = content.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
    const lines = texts.map((text, index) => parse(text, schema, `${path} line ${index + 1}`));
    return { ledger: new Ledger<Line>(path), lines };
  }

  /** Resolves when the line is on disk. Lines keep the order of the calls. */
  append(line: Line): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.waiting.push({ text: `${JSON.stringify(line)}\n`, onDisk: resolve });
    // A write that fails leaves what is in memory ahead of the disk. Nobody catches it: the process ends, unanswered, and
    // starts again from what the disk has.
    this.flushing ??= this.flush();
    return promise;
  }

  /** Resolves when everything that was appended is on disk. */
  async close(): Promise<void> {
    await this.flushing;
  }

  /**
   * One write and one fsync for everything that came while the disk was busy: the more wait, the less each one costs. The
   * file is opened anew, at a fraction of the fsync: who edits a ledger to see the audit fail has put another one in its place.
   */
  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const lines = this.waiting;
      this.waiting = [];
      await withFile(this.path, 'a', async (file) => {
        await file.appendFile(lines.map(({ text }) => text).join(''));
        await file.datasync();
      });
      for (const { onDisk } of lines) onDisk();
    }
    // In the same step as the last look at `waiting`: a line that comes after it begins a flush of its own.
    this.flushing = undefined;
  }
}

async function withFile(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

function parse<Line>(text: string, schema: z.ZodType<Line>, where: string): Line {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${where} is not a line of this ledger: restore the file, or move it away to begin a new one.`, {
      cause: error,
    });
  }
}

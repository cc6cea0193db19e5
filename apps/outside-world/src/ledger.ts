import { open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';

interface Log {
  warn(fields: object, text: string): void;
}

/**
 * An append-only file of JSON lines. `append` resolves when the line is on disk, so that no kill -9 and no power cut takes back
 * an answer that follows it.
 */
export class Ledger<Line extends object> {
  private waiting: { text: string; onDisk: () => void }[] = [];
  private flushing: Promise<void> | undefined;

  private constructor(readonly path: string) {}

  /**
   * Opens or makes a ledger and reads its lines. It cuts off a last line that a kill has torn: that call got no answer.
   * For any other line that it cannot read it throws an error that names it: a ledger is evidence, not to be repaired in silence.
   */
  static async open<Line extends object>(path: string, schema: z.ZodType<Line>, log: Log) {
    await withFile(path, 'a', (file) => file.sync());
    // The folder records that the file exists, so it needs an fsync too. Windows has none for a folder.
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
    // A write that fails leaves the memory ahead of the disk. Nobody catches that error: the process ends without an answer,
    // and starts again from the lines on disk.
    this.flushing ??= this.flush();
    return promise;
  }

  /** Resolves when all appended lines are on disk. */
  async close(): Promise<void> {
    await this.flushing;
  }

  /**
   * One write and one fsync for all lines that came while the disk was busy: the more lines wait, the less each one costs. The
   * file is opened anew when lines come after a pause: an editor, used to see the audit fail, puts another file in its place.
   */
  private async flush(): Promise<void> {
    await withFile(this.path, 'a', async (file) => {
      while (this.waiting.length > 0) {
        const lines = this.waiting;
        this.waiting = [];
        await file.appendFile(lines.map(({ text }) => text).join(''));
        await file.datasync();
        for (const { onDisk } of lines) onDisk();
      }
      // In the same step as the last look at `waiting`: a line that comes after it begins another flush.
      this.flushing = undefined;
    });
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

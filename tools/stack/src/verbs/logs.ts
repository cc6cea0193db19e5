import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LAST_BYTES = 20_000;

/** Prints the end of a log; with `follow` also what is written later, until Ctrl-C. */
export async function showLog(folder: string, name: string, follow: boolean): Promise<void> {
  const file = join(folder, `${name}.log`);
  if (!existsSync(file)) {
    const names = existsSync(folder) ? readdirSync(folder).map((entry) => entry.replace(/\.log(\.1)?$/, '')) : [];
    throw new Error(
      names.length > 0 ? `${name} has no log: choose from ${names.join(', ')}.` : 'There are no logs yet: start the stack first.',
    );
  }
  let position = Math.max(0, statSync(file).size - LAST_BYTES);
  let skipFirstLine = position > 0;
  for (;;) {
    const size = statSync(file).size;
    if (size < position) position = 0;
    const text = read(file, position, size - position);
    process.stdout.write(skipFirstLine ? text.slice(text.indexOf('\n') + 1) : text);
    skipFirstLine = false;
    position = size;
    if (!follow) return;
    await delay(200);
  }
}

function read(file: string, from: number, length: number): string {
  const buffer = Buffer.alloc(length);
  const descriptor = openSync(file, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, length, from));
  } finally {
    closeSync(descriptor);
  }
}

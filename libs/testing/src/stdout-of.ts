import fs from 'node:fs';

type Write = typeof fs.writeSync;
interface Jest {
  spyOn(of: typeof fs, method: 'writeSync'): { mockImplementation(write: (...args: Parameters<Write>) => number): void };
}

const STDOUT = 1;

/** Catches what this process writes to its stdout from now on, as the log of a service does. `jest` is that of the spec. */
export function stdoutOf(jest: unknown): () => string[] {
  const caught: string[] = [];
  const write = fs.writeSync.bind(fs) as (...args: Parameters<Write>) => number;
  (jest as Jest).spyOn(fs, 'writeSync').mockImplementation((...args) => {
    if (args[0] !== STDOUT) return write(...args);
    caught.push(String(args[1]));
    return Buffer.byteLength(String(args[1]));
  });
  return () => caught;
}

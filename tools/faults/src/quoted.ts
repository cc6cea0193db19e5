import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Nobody is quoted, whatever fails. The texts (logs and metrics, by the process; evidence of parked messages, by the message) in which an e-mail
 * address of this run's customers stands, with the first line of each.
 */
export const quoted = (texts: Readonly<Record<string, string>>, run: string): string[] =>
  Object.entries(texts).flatMap(([name, text]) => {
    const line = text.split('\n').find((each) => each.includes('@example.com') && each.includes(run));
    return line === undefined ? [] : [`A customer's address stands in ${name}: ${line.slice(0, 300)}`];
  });

/** The log of each process of a system, servers included. */
export const readLogs = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((file) => [`the log ${file}`, readFileSync(join(folder, file), 'utf8')]));

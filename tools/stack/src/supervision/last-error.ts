import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const LOOK_AT_BYTES = 16_000;
const LONGEST = 300;

/** What our own lines have of interest here. */
interface LogLine {
  readonly 'log.level'?: string;
  readonly message?: string;
  readonly 'error.message'?: string;
}

/** The line of a log that most likely says why its process ended. */
export const lastErrorIn = (file: string): string => errorLineOf(endOf(file));

/**
 * What somebody hears of a server that has failed already, PostgreSQL above all: a full disk is told once, and then to each client
 * that it is recovering.
 */
const FOLLOWS_FROM_ANOTHER =
  /the database system is (starting up|shutting down|in recovery mode|not (yet )?accepting connections)|terminating (connection|any other active server processes)|startup process failure|because of crash of another server process/i;

/** The last line that speaks of an error and not of what follows from one, or the last one; a line of JSON gives its message. */
export function errorLineOf(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter(speaksOfAnError);
  const line = errors.findLast((each) => !FOLLOWS_FROM_ANOTHER.test(each)) ?? errors.at(-1) ?? lines.at(-1) ?? 'its log is empty';
  return messageOf(line).trim().slice(0, LONGEST);
}

/** Our own lines name their level. Node ends a stack with `Node.js v24...`, which says nothing. */
function speaksOfAnError(line: string): boolean {
  const level = parse(line)?.['log.level'];
  if (level !== undefined) return level === 'error' || level === 'fatal';
  return /\b(error|fatal|panic|emerg|exception|cannot|refused)\b|Error:|Exception:/i.test(line) && !/^\s+at /.test(line);
}

function messageOf(line: string): string {
  const entry = parse(line);
  return entry?.['error.message'] ?? entry?.message ?? line;
}

function parse(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}

/** @param from where to begin at the earliest, in bytes */
export function endOf(file: string, from = 0): string {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.max(0, Math.min(size - from, LOOK_AT_BYTES)));
    const end = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, size - buffer.length));
    // What a longer log begins with here is the end of a line.
    return size - from > LOOK_AT_BYTES ? end.slice(end.indexOf('\n') + 1) : end;
  } finally {
    closeSync(descriptor);
  }
}

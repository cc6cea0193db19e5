import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { randomBytes } from './random.js';

const sixteenBytes = () => randomBytes(16);

/** A new UUIDv7: unique by its random bits, ordered by its time. */
export const newId = (): string => v7({ rng: sixteenBytes });

/** Makes the same id of the same words, for bytes that carry no id. UUID version 8. */
export function derivedId(words: string | Buffer): string {
  const hash = createHash('sha256').update(words).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** The time inside a UUIDv7, or undefined for another version. */
export function timeOf(id: string): Date | undefined {
  return id[14] === '7' ? new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)) : undefined;
}

/**
 * The day of an id, which names its inbox partition. It must follow from the id alone: otherwise the inbox would look for a
 * duplicate in another day.
 */
export const dayOf = (id: string): string => timeOf(id)?.toISOString().slice(0, 10) ?? '1970-01-01';

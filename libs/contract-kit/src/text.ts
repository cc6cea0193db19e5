import { z } from 'zod';

/** Text that every store can keep: PostgreSQL refuses U+0000 in `text` and lone surrogates in `jsonb`. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'must not contain U+0000 or a lone surrogate');

/** A text from outside on one line, as every contract and table takes it. The caller says how long it may be. */
export const oneLine = (words: string): string =>
  words
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

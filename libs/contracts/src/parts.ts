import { z } from 'zod';

/** Text that every store can keep: PostgreSQL refuses U+0000 in `text` and lone surrogates in `jsonb`. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'must not contain U+0000 or a lone surrogate');

export const orderId = z.uuid();
/** ISO 4217 code, upper case. */
export const currency = z.string().regex(/^[A-Z]{3}$/, 'must be three upper-case letters, such as EUR');
/** Money in minor units (cents), never a fraction. */
export const minorUnits = z.int().min(1).max(1_000_000_000);
/** The version of an aggregate: 1 when it is made, one more with every change. */
export const version = z.int().min(1);
export const instant = z.iso.datetime();
export const email = z.email().max(254);

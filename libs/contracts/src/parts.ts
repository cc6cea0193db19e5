import { masked, oneLine, text } from '@waybill/contract-kit';
import { z } from 'zod';

// What every contract is made of, here too.
export { text };

const REASON_LENGTH = 200;
/** Why something did not come about, for people to read. */
export const reason = text(REASON_LENGTH);

/**
 * Makes a `reason` of a text from outside: on one line, without addresses and card numbers, cut where it is too long, and in our
 * words when the text is empty. Such a text may hold anything, and must not decide what becomes of the message that quotes it.
 */
export function reasonFrom(words: unknown): string {
  const line = typeof words === 'string' ? masked(oneLine(words)) : '';
  if (line === '') return 'no reason given';
  // The cut may leave half of a character.
  return line.length <= REASON_LENGTH ? line : `${line.slice(0, REASON_LENGTH - 1).toWellFormed()}…`;
}

// zod's own pattern, but with a top level domain that may be an internationalised one in its ASCII form.
const ADDRESS =
  /^(?:[A-Za-z0-9_'+-]+\.)*[A-Za-z0-9_'+-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+(?:[A-Za-z]{2,}|xn--[A-Za-z0-9-]*[A-Za-z0-9])$/i;

/** In lower case, as PostgreSQL writes it. An id in capitals names the same order, and every answer and line has this one form. */
export const orderId = z.uuid().toLowerCase();
/** Names the erasure of a customer, and nobody. */
export const erasureId = z.uuid().toLowerCase();
/** ISO 4217 code, upper case. */
export const currency = z.string().regex(/^[A-Z]{3}$/, 'must be three upper-case letters, such as EUR');
/** Money in minor units (cents), never a fraction. */
export const minorUnits = z.int().min(1).max(1_000_000_000);
/** The version of an aggregate: 1 when it is made, one more with every change. */
export const version = z.int().min(1);
export const instant = z.iso.datetime();
/**
 * Wider than the addresses that a service takes from a client: those may grow narrower, and a published contract may not. The rule
 * stands in no published schema, where any other pattern would be another contract.
 */
export const email = z
  .string()
  .max(254)
  .refine((value) => ADDRESS.test(value), 'must be an e-mail address')
  .meta({ format: 'email' });

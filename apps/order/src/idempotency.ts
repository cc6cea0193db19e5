import { Problem } from '@waybill/service';
import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { z } from 'zod';

/** A client that repeats a request later than this makes a new order. The age decides, whether or not the row is still there. */
export const KEEP_KEYS = '24 hours';

/**
 * What makes a request the same as an earlier one: whose order it is, the key that it was given, and what is in it. A customer's
 * id comes from the access token, so nobody meets another's keys.
 */
export interface RequestIdentity {
  readonly customerId: string;
  readonly key: string;
  readonly fingerprint: Buffer;
}

/** Required: without a key, a client that got no answer could not send its request again. */
export const keyHeader = z
  .string('is required: choose a new one for each order, and send it again with each retry')
  .regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters')
  .meta({
    description:
      'Chosen by the client, a new one for each order. For a day the same key again is the same order, with the same answer.',
    examples: ['my-first-order'],
  });

/** Reads the Idempotency-Key header. */
export function idempotencyKey(header: string | undefined): string {
  const { success, data, error } = keyHeader.safeParse(header);
  if (success) return data;
  throw new Problem(400, 'The Idempotency-Key header is missing or not valid.', {
    errors: error.issues.map(({ message }) => ({ path: 'Idempotency-Key', message })),
  });
}

/** A hash of the parsed request, so the order of its fields and the spaces between them do not make it another one. */
export const fingerprintOf = (request: object): Buffer => createHash('sha256').update(JSON.stringify(request)).digest();

/** The answer to the first request with this key, if there was one. The same key with another body is a mistake of the client: 422. */
export async function firstAnswer<Answer>(
  database: DataSource,
  { customerId, key, fingerprint }: RequestIdentity,
): Promise<Answer | undefined> {
  const [first] = await database.query<{ fingerprint: Buffer; answer: Answer }[]>(
    `SELECT fingerprint, answer FROM idempotency_keys
     WHERE customer_id = $1 AND key = $2 AND created_at > now() - interval '${KEEP_KEYS}'`,
    [customerId, key],
  );
  if (first && !first.fingerprint.equals(fingerprint)) {
    throw new Problem(422, 'This Idempotency-Key was used for another request. Choose a new one for a new order.');
  }
  return first?.answer;
}

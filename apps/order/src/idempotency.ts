import { Problem } from '@waybill/service';
import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';

/** What makes a request the same as an earlier one: who sent it, the key they gave it, and what is in it. */
export interface RequestIdentity {
  readonly customerId: string;
  readonly key: string;
  readonly fingerprint: Buffer;
}

const PRINTABLE_ASCII = /^[\x20-\x7e]{1,255}$/;

/** Reads the Idempotency-Key header. Without a key a client that got no answer could not send its request again. */
export function idempotencyKey(header: string | undefined): string {
  if (header !== undefined && PRINTABLE_ASCII.test(header)) return header;
  const message =
    header === undefined
      ? 'is required: choose a new one for each order, and send it again with each retry'
      : 'must be 1 to 255 printable ASCII characters';
  throw new Problem(400, 'The Idempotency-Key header is missing or not valid.', {
    errors: [{ path: 'Idempotency-Key', message }],
  });
}

/** Of the parsed request: the order of its fields and the spaces between them do not make it another one. */
export const fingerprintOf = (request: object): Buffer => createHash('sha256').update(JSON.stringify(request)).digest();

/** What the first request with this key was answered, if there was one. The same key with another body is a mistake of the client: 422. */
export async function firstAnswer<Answer>(
  database: DataSource,
  { customerId, key, fingerprint }: RequestIdentity,
): Promise<Answer | undefined> {
  const [first] = await database.query<{ fingerprint: Buffer; answer: Answer }[]>(
    'SELECT fingerprint, answer FROM idempotency_keys WHERE customer_id = $1 AND key = $2',
    [customerId, key],
  );
  if (first && !first.fingerprint.equals(fingerprint)) {
    throw new Problem(422, 'This Idempotency-Key was used for another request. Choose a new one for a new order.');
  }
  return first?.answer;
}

import type { Contract } from '@waybill/contract-kit';
import { batched, type Batched } from './batched.js';

/**
 * A statement that deletes the messages about an order that say something about its customer, wherever they wait in this database: parked,
 * given up, or not sent yet. Which those are, the contracts say (`personal`). Call it for an order whose outcome is final: none of these
 * messages can change it any more. What waits behind a parked one goes on.
 */
export function forgetMessages(contracts: readonly Contract[]): Batched<readonly [key: string], never> {
  const personal = contracts.filter(({ personal }) => personal).map(({ type }) => `'${type}'`);
  const isPersonal = personal.length > 0 ? `type IN (${personal.join(', ')})` : 'false';
  // What is about one of the orders, and names a customer by its contract. A message that could not be read has its id as key.
  const about = `(${isPersonal} AND key = ANY($1::text[])
  OR key = message_id::text AND EXISTS (
    SELECT FROM unnest($1::text[]) AS asked(key) WHERE position(convert_to(asked.key, 'UTF8') IN body) > 0))`;
  return batched(`
  WITH parked_ones AS (DELETE FROM parked WHERE ${about}),
  given_up AS (DELETE FROM discarded WHERE ${about})
  DELETE FROM outbox WHERE ${isPersonal} AND key = ANY($1::text[])`);
}

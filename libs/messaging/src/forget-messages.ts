import { contracts } from '@waybill/contracts';
import { batched, type Batched } from './batched.js';

const PERSONAL = contracts.filter(({ personal }) => personal).map(({ type }) => `'${type}'`);

/** What is about one of the orders, and names a customer by its contract. A message that could not be read has its id as key. */
const ABOUT = `(type IN (${PERSONAL.join(', ')}) AND key = ANY($1::text[])
  OR key = message_id::text AND EXISTS (
    SELECT FROM unnest($1::text[]) AS asked(key) WHERE position(convert_to(asked.key, 'UTF8') IN body) > 0))`;

/**
 * Deletes the messages about an order that say something about its customer, wherever they wait in this database: parked, given up, or
 * not sent yet. Call it for an order whose outcome is final: none of these messages can change it any more. What waits behind a
 * parked one goes on.
 */
export const FORGET_MESSAGES: Batched<readonly [key: string], never> = batched(`
  WITH parked_ones AS (DELETE FROM parked WHERE ${ABOUT}),
  given_up AS (DELETE FROM discarded WHERE ${ABOUT})
  DELETE FROM outbox WHERE type IN (${PERSONAL.join(', ')}) AND key = ANY($1::text[])`);

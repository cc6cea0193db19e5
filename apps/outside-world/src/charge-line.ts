import { z } from 'zod';

/**
 * One call that the provider received. The first nine fields are public, see `GET /ledger/charges`. The provider needs the others
 * after a restart.
 */
export const chargeLine = z.object({
  seq: z.int(),
  at: z.string(),
  kind: z.enum(['charge', 'refund', 'lookup']),
  /** The order's id. */
  reference: z.string(),
  idempotencyKey: z.string().nullable(),
  /** In minor units. Null where the call names none and the provider knows none. */
  amount: z.int().nullable(),
  currency: z.string().nullable(),
  /** True when this call moved money. */
  effect: z.boolean(),
  /** False when a fault or a test payment method withheld the answer. */
  answered: z.boolean(),
  outcome: z.enum(['charged', 'declined', 'refunded', 'closed', 'none', 'lost', 'refused', 'failed']),
  /** The HTTP status, where the answer was an error. */
  status: z.int().optional(),
  /** True when the key was known and had expired: the call counts as a new one, and the key stands for it from now on. */
  renewsKey: z.boolean().optional(),
  reason: z.string().optional(),
  paymentMethod: z.string().optional(),
});

export type ChargeLine = z.infer<typeof chargeLine>;

export const PUBLIC_CHARGE_FIELDS = [
  'seq',
  'at',
  'kind',
  'reference',
  'idempotencyKey',
  'amount',
  'currency',
  'effect',
  'answered',
] as const satisfies (keyof ChargeLine)[];

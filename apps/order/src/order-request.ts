import { currency, text } from '@waybill/contracts';
import { z } from 'zod';

/** What `text` refuses of what JSON can say: described, so that a client can know it. (A lone surrogate is no UTF-8.) */
export const WITHOUT_NUL = { pattern: String.raw`^[^\u0000]*$` };

const paymentMethod = text(64).meta({
  ...WITHOUT_NUL,
  description: [
    'Decides what the test provider does:',
    '`pm_ok` charges, `pm_declined` declines, `pm_timeout_charged` charges and hangs up,',
    '`pm_timeout_not_charged` hangs up before it charges, `pm_slow` takes three seconds. Any other is declined.',
  ].join(' '),
});

// What mail servers take from each other without an extension (RFC 5321): 64 octets before the @, and a domain of labels
// (RFC 1035). All of it is ASCII, so a character is an octet.
const ADDRESS =
  /^(?=[^@]{1,64}@)(?:[A-Za-z0-9_'+-]+\.)*[A-Za-z0-9_'+-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,63}|[Xx][Nn]--(?:[A-Za-z0-9-]{0,58}[A-Za-z0-9]))$/;
const ADDRESS_RULE = [
  "must be an e-mail address: up to 64 of the letters a to z, digits and . _ ' + - before the @, with no dot at an end or beside another,",
  'and a domain behind it. Other letters are not taken; a domain that has them is written in its xn-- form',
].join(' ');

export const email = z
  .email({ pattern: ADDRESS, error: ({ code }) => (code === 'invalid_format' ? ADDRESS_RULE : undefined) })
  .max(254)
  .meta({ description: `It ${ADDRESS_RULE}. Of a customer who has signed in it is the verified one, and may be left out.` });

/** What a client orders. It names no prices: they are in the price list. */
export const orderRequest = z
  .strictObject({
    customerId: text(64)
      .optional()
      .meta({ ...WITHOUT_NUL, description: 'Of a customer who has signed in it is their own, and may be left out.' }),
    email: email.optional(),
    currency,
    lines: z
      .array(z.strictObject({ sku: text(64).meta(WITHOUT_NUL), quantity: z.int().min(1).max(1_000) }))
      .min(1)
      .max(100),
    paymentMethod,
  })
  .meta({
    id: 'OrderRequest',
    examples: [
      {
        customerId: 'customer-17',
        email: 'ada@example.com',
        currency: 'EUR',
        lines: [{ sku: 'mug-enamel', quantity: 2 }],
        paymentMethod: 'pm_ok',
      },
    ],
  });
export type OrderRequest = z.infer<typeof orderRequest>;

/** An order of which is known whose it is. */
export type OwnedOrderRequest = OrderRequest & { readonly customerId: string; readonly email: string };

import { currency, email, text } from '@waybill/contracts';
import { z } from 'zod';

const paymentMethod = text(64).meta({
  description: [
    'Decides what the test provider does:',
    '`pm_ok` charges, `pm_declined` declines, `pm_timeout_charged` charges and hangs up,',
    '`pm_timeout_not_charged` hangs up before it charges, `pm_slow` takes three seconds. Any other is declined.',
  ].join(' '),
});

/** What a client orders. What it costs is not its business: prices are in the price list. */
export const orderRequest = z
  .strictObject({
    customerId: text(64),
    email,
    currency,
    lines: z
      .array(z.strictObject({ sku: text(64), quantity: z.int().min(1).max(1_000) }))
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

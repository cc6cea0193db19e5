import { serviceSettings, setting, type ConfigOf } from '@waybill/service';
import { z } from 'zod';

export const orderSettings = {
  ...serviceSettings('order'),
  /** An order without a payment outcome becomes `cancelling` then. Well above the time that payment needs after an outage. */
  paymentDeadlineMs: setting(
    'PAYMENT_DEADLINE_MS',
    z.coerce
      .number()
      .int()
      .min(1_000)
      .max(7 * 24 * 3_600_000)
      .default(900_000),
  ),
};

export type OrderConfig = ConfigOf<typeof orderSettings>;

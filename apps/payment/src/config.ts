import { secretFile, serviceSettings, setting, type ConfigOf } from '@waybill/service';
import { z } from 'zod';

export const paymentSettings = {
  ...serviceSettings('payment'),
  provider: {
    url: setting('PROVIDER_URL', z.url({ protocol: /^https?$/ })),
    key: secretFile('PROVIDER_KEY_FILE'),
    /** Without an answer by then the outcome is unknown. Two calls and some slack stay below the core's handler deadline (20 s). */
    callDeadlineMs: setting('PROVIDER_CALL_DEADLINE_MS', z.coerce.number().int().min(100).max(8_000).default(5_000)),
  },
};

export type PaymentConfig = ConfigOf<typeof paymentSettings>;
export type ProviderConfig = PaymentConfig['provider'];

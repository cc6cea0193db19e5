import { secretFile, serviceSettings, setting, type ConfigOf } from '@waybill/service';
import { z } from 'zod';

export const notificationSettings = {
  ...serviceSettings('notification'),
  smtp: {
    host: setting('SMTP_HOST', z.string().min(1)),
    port: setting('SMTP_PORT', z.coerce.number().int().min(1).max(65535)),
    user: setting('SMTP_USER', z.string().min(1)),
    password: secretFile('SMTP_PASSWORD_FILE'),
    /** To connect, and to be greeted. The rest of the conversation ends at its deadline. */
    stepTimeoutMs: setting('SMTP_STEP_TIMEOUT_MS', z.coerce.number().int().min(100).max(5_000).default(3_000)),
  },
};

export type NotificationConfig = ConfigOf<typeof notificationSettings>;
export type SmtpConfig = NotificationConfig['smtp'];

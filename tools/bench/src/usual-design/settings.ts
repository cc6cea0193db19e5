import { believe } from '@waybill/kit';
import type { SASLOptions } from 'kafkajs';

/** What each process of the usual design is told, as JSON in its environment. */
export interface Settings {
  readonly replica: string;
  readonly httpPort: number;
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly ssl: { readonly ca: string } | false;
    readonly user: string;
    readonly password: string;
  };
  readonly rabbitmq: {
    readonly host: string;
    readonly port: number;
    readonly vhost: string;
    readonly ca?: string | undefined;
    readonly user: string;
    readonly password: string;
  };
  readonly kafka: { readonly brokers: string[]; readonly sasl: SASLOptions; readonly ssl: { readonly ca: string } | false };
  readonly provider: { readonly url: string; readonly key: string };
  readonly smtp: { readonly host: string; readonly port: number; readonly user: string; readonly password: string };
}

export const SETTINGS_VARIABLE = 'USUAL_DESIGN';

/** The provider and the mail server have certificates of the instance's CA, as PostgreSQL has. */
export function readSettings(): Settings {
  const settings = JSON.parse(process.env[SETTINGS_VARIABLE]!) as Settings;
  if (settings.postgres.ssl) believe(settings.postgres.ssl.ca);
  return settings;
}

/** The names in the brokers and in PostgreSQL. They are beside those of Waybill, on the same servers. */
export const ORDER_EVENTS = 'usual.order.events';
export const PAYMENT_EVENTS = 'usual.payment.events';
export const NOTIFICATION_EVENTS = 'usual.notification.events';
export const CHARGES = 'usual.charges';
export const PARTITIONS = 6;
export const databaseOf = (service: UsualService) => `usual_${service}`;

export const USUAL_SERVICES = ['order', 'payment', 'notification'] as const;
export type UsualService = (typeof USUAL_SERVICES)[number];

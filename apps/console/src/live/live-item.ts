import type { ActivityItem, ActivityKind } from '@waybill/activity';
import { SERVICES } from '@waybill/contracts';

/** What happened, as the map needs it: all that went one way in a moment is one of these. */
export interface LiveItem {
  readonly kind: ActivityKind;
  readonly service: string;
  /** The message's type. */
  readonly type?: string;
  /** The topic, exchange or queue. */
  readonly way?: string;
  /** How often. */
  readonly count: number;
}

export const itemOf = ({ kind, replica, type, way, count = 1 }: ActivityItem): LiveItem => ({
  kind,
  service: SERVICES.find((service) => replica.startsWith(`${service}-`)) ?? replica,
  ...(type !== undefined && { type }),
  ...(way !== undefined && { way }),
  count,
});

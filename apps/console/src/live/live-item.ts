import type { ActivityItem, ActivityKind } from '@waybill/activity';
import { SERVICES } from '@waybill/contracts';

/** Something that happened a moment ago, as small as the map needs it. Which way it came here the pages need not know. */
export interface LiveItem {
  readonly at: number;
  readonly kind: ActivityKind;
  readonly service: string;
  readonly replica: string;
  /** The message's type. */
  readonly type?: string;
  /** The topic, exchange or queue. */
  readonly way?: string;
  readonly order?: string;
  /** It stands for so many. */
  readonly count?: number;
}

export function itemOf({ at, kind, replica, type, way, orderId, count }: ActivityItem): LiveItem {
  return {
    at,
    kind,
    service: SERVICES.find((service) => replica.startsWith(`${service}-`)) ?? replica,
    replica,
    ...(type !== undefined && { type }),
    ...(way !== undefined && { way }),
    ...(orderId !== undefined && { order: orderId }),
    ...(count !== undefined && { count }),
  };
}

/** So many items of one kind that none of them is shown alone. */
export interface LeftOut extends Pick<LiveItem, 'at' | 'kind' | 'service' | 'type' | 'way'> {
  readonly count: number;
}

import { randomBytes } from 'node:crypto';
import type { ServiceName } from '@waybill/contracts';

/** A name that nobody has used: lower case, fit for a database, a topic, a queue. */
export const freshName = (prefix: string): string => `${prefix}${randomBytes(5).toString('hex')}`;

/**
 * A service that exists in one spec only. Topics, groups, exchanges and queues are named after services, so specs with their
 * own services share the brokers without meeting.
 */
export const freshService = (prefix = 's'): ServiceName => freshName(prefix) as ServiceName;

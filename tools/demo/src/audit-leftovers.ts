import type { Evidence } from './evidence.ts';
import { stuck, type Finding } from './finding.ts';

/** When everything is quiet, no message waits to be sent, none was put aside, and no timer runs for an order that has settled. */
export const auditLeftovers = ({ outbox, parked, scheduled }: Evidence): Finding[] => [
  ...outbox.map(({ service, type, key }) => stuck(`Order ${key}: the message ${type} is still in the outbox of ${service}.`)),
  ...scheduled.map(({ service, type, key }) => stuck(`Order ${key}: the timer ${type} is still set in ${service}.`)),
  ...parked.map(({ service, type, key, state, lastError }) => {
    const what = state === 'dead' ? 'is a dead letter' : 'is parked';
    return stuck(`Order ${key}: the message ${type} ${what} in ${service}${lastError ? ` (${lastError})` : ''}.`);
  }),
];

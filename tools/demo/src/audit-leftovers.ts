import type { Evidence } from './evidence.ts';

/** When everything is quiet, no message waits to be sent and none was put aside. */
export const auditLeftovers = ({ outbox, parked }: Evidence): string[] => [
  ...outbox.map(({ service, type, key }) => `Order ${key}: the message ${type} is still in the outbox of ${service}.`),
  ...parked.map(({ service, type, key, state, lastError }) => {
    const what = state === 'dead' ? 'is a dead letter' : 'is parked';
    return `Order ${key}: the message ${type} ${what} in ${service}${lastError ? ` (${lastError})` : ''}.`;
  }),
];

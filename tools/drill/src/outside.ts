import { setFaults } from '@waybill/demo';
import type { Evidence, Kind } from './incident.ts';

const SLOW_MS = 3_000;

/** Which part of the outside world, in the words of its faults and of its figures. */
const PARTS: Readonly<Record<string, { readonly fault: string; readonly call: string; readonly service: string }>> = {
  'payment-provider': { fault: 'provider', call: 'charge', service: 'payment' },
  'mail-server': { fault: 'mail', call: 'mail', service: 'notification' },
};

const outside = (name: string, what: string, settings: object, evidence: (place: string) => Evidence): Kind => ({
  name,
  what,
  places: Object.keys(PARTS),
  at: (place) => ({
    evidence: evidence(place),
    begin: async ({ stack }) => {
      await setFaults(stack, { [PARTS[place]!.fault]: settings });
      return () => setFaults(stack, {});
    },
  }),
});

export const answersLate = outside('answers-late', 'somebody outside answers after seconds', { slowMs: SLOW_MS }, (place) => {
  const { call } = PARTS[place]!;
  return {
    figure: {
      query: `sum(rate(outside_call_seconds_sum{call="${call}"}[1m])) / sum(rate(outside_call_seconds_count{call="${call}"}[1m])) > 2`,
      panel: '2 Services, "Duration of a call, 95 % within"',
      shows: `a ${call} takes about three seconds at the ${place}, and the trace of an order has that span; nothing fails`,
    },
  };
});

export const refuses = outside('refuses', 'somebody outside turns every call away, for now', { refuse: 1 }, (place) => {
  const { service } = PARTS[place]!;
  return {
    figure: {
      query: `waybill_parked_rows{service="${service}", state="waiting"} > 5`,
      panel: '5 Outbox, inbox, parking, "Parked messages"',
      shows: `messages of ${service} wait for another attempt and become more; "Calls by what was answered" on 2 Services shows who turns them away`,
    },
  };
});

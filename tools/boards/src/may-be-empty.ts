/** A query, or the series that one looks at, that may have no answer although all is well, and why. */
export interface MayBeEmpty {
  readonly text: string;
  readonly because: string;
}

const NO_GAP = 'the series appears with the first gap, and an event whose predecessor went elsewhere is rare';

const NONE_REFUSED = 'the series appears with the first request that the guard refuses';

export const mayBeEmpty: readonly MayBeEmpty[] = [
  { text: 'waybill_sequence_gaps_total', because: NO_GAP },
  { text: 'sum by (stream) (increase(waybill_sequence_gaps_total[5m]))', because: NO_GAP },
  { text: 'waybill_http_refused_total', because: NONE_REFUSED },
  { text: 'sum by (service, status, reason) (rate(waybill_http_refused_total[1m]))', because: NONE_REFUSED },
  { text: 'reason:http_refused:rate1m{service=~"$service"}', because: NONE_REFUSED },
  { text: 'reason:http_refused:rate1m{status=~"401|403"}', because: NONE_REFUSED },
  {
    text: 'waybill_broker_object_missing',
    because: 'the series appears with the first object that a broker lacks, and goes with it',
  },
  {
    text: 'route:http_requests:rate1m{status=~"5.."}',
    because: 'no service answers 5xx as long as its database is there; the rule that asks this takes 0 for it',
  },
];

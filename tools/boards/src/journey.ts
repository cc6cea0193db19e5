import * as units from '@grafana/grafana-foundation-sdk/units';
import { serviceReplicas } from '@waybill/stack';
import { board } from './board.ts';
import { figure, graph, list } from './panels.ts';

/** The board that Grafana opens with. */
export const journey = board({
  uid: 'waybill-journey',
  title: "1 Start here: an order's journey",
  question: 'Do orders get through, and if not, where do they stand?',
  normal: [
    'Normal: as many orders settle as are accepted, most within a second; an order that is not settled is seconds old; no dead letter, no alert; every replica is up.',
    '',
    '| what looks wrong | look at |',
    '| --- | --- |',
    '| requests fail or are slow | [2 Services](/grafana/d/waybill-services) |',
    '| orders are accepted and do not settle | [5 Outbox, inbox, parking](/grafana/d/waybill-messages), then [3 RabbitMQ](/grafana/d/waybill-rabbitmq) for commands and [4 Kafka](/grafana/d/waybill-kafka) for events |',
    '| everything is slow | [6 PostgreSQL and Node](/grafana/d/waybill-runtime) |',
  ].join('\n'),
  wordRows: 8,
  rows: [
    {
      title: 'Now',
      panels: [
        figure(
          {
            title: 'Accepted',
            says: 'Orders that were answered with 202, per second, over the last minute.',
            unit: units.RequestsPerSecond,
            decimals: 1,
            width: 4,
          },
          'sum(rate(waybill_http_request_seconds_count{service="order", method="POST", route="/api/orders", status="202"}[$__rate_interval]))',
        ),
        figure(
          {
            title: 'Settled',
            says: 'Orders that became confirmed or cancelled, per second. An order that is cancelled after it was confirmed settles twice.',
            unit: units.OpsPerSecond,
            decimals: 1,
            width: 4,
          },
          'sum(rate(waybill_order_settled_seconds_count[$__rate_interval]))',
        ),
        figure(
          {
            title: 'Not settled',
            says: 'Orders on their way: placed or cancelling. Under load a few seconds of what is accepted; without load 0.',
            unit: units.Short,
            decimals: 0,
            width: 4,
          },
          'sum(status:orders:max)',
        ),
        figure(
          {
            title: 'Oldest of them',
            says: 'Age of the oldest order that is not settled. Seconds are normal; a provider that does not answer makes it a minute or two.',
            unit: units.DurationSeconds,
            decimals: 0,
            width: 4,
            alerts: ['OrdersStuck', 'CompensationStuck'],
            colors: ['green', [60, 'yellow'], [300, 'red']],
          },
          'max(status:orders_oldest_seconds:max)',
        ),
        figure(
          {
            title: 'Dead letters',
            says: 'Messages that are not tried again by themselves. Always 0: `npm run stack -- dead-letters list` names them.',
            unit: units.Short,
            decimals: 0,
            width: 4,
            alerts: ['DeadLetters', 'MessagesWaiting'],
            colors: ['green', [1, 'red']],
          },
          'sum(state:parked_rows:max{state="dead"})',
        ),
        figure(
          {
            title: 'Replicas up',
            says: 'Of all services together: two each.',
            unit: units.Short,
            decimals: 0,
            width: 4,
            alerts: ['ServiceDown', 'ReplicaMissing'],
            colors: ['red', [serviceReplicas().length, 'green']],
          },
          'sum(service:replicas_up:sum)',
        ),
      ],
    },
    {
      title: 'The journey',
      panels: [
        graph(
          {
            title: 'Accepted and settled',
            says: 'The lines lie together. Accepted above settled: orders pile up. A gap that closes later was an outage that was survived.',
            unit: units.OpsPerSecond,
            width: 12,
          },
          {
            accepted:
              'sum(rate(waybill_http_request_seconds_count{service="order", method="POST", route="/api/orders", status="202"}[$__rate_interval]))',
            '{{status}}': 'sum by (status) (rate(waybill_order_settled_seconds_count[$__rate_interval]))',
          },
        ),
        graph(
          {
            title: 'From placed to settled',
            says: 'How long the settled ones took. Half of the confirmed take well below a second; cancelled ones wait for their customer or for the deadline.',
            unit: units.Seconds,
            width: 12,
          },
          {
            '{{status}}, half within': 'status:order_settled_seconds:p50_1m',
            '{{status}}, 99 % within': 'status:order_settled_seconds:p99_1m',
          },
        ),
        graph(
          {
            title: 'Steps of the journey',
            says: 'Messages that a handler has finished, per second, by type. Each order passes most of them once: the first line that is lower than the one before shows where orders wait.',
            unit: units.MessagesPerSecond,
            width: 12,
          },
          { '{{type}}': 'sum by (type) (type:messages:rate1m{outcome="handled"})' },
        ),
        graph(
          {
            title: 'Orders that are not settled',
            says: 'placed waits for its charge, cancelling for its reversal. Rises and falls with the load, never only rises.',
            unit: units.Short,
            width: 12,
            stacked: true,
          },
          { '{{status}}': 'status:orders:max' },
        ),
      ],
    },
    {
      title: 'What is wrong',
      panels: [
        graph(
          {
            title: 'Failures',
            says: 'Failed attempts of handlers, and answers 5xx, per second. A failed attempt is tried again: a few are normal when the provider or a broker is away.',
            unit: units.OpsPerSecond,
            width: 12,
          },
          {
            'attempts of {{type}}': 'sum by (type) (type:messages:rate1m{outcome=~"failed|parked|dead"})',
            'answers 5xx of {{service}}': 'service:http_errors:ratio1m * service:http_requests:rate1m',
          },
        ),
        list(
          {
            title: 'Alerts',
            says: 'What fires now. The watchdog always does: it shows that alerts work.',
            unit: units.Short,
            width: 12,
            alerts: ['Watchdog'],
          },
          'sum by (alertname, severity, service, instance) (ALERTS{alertstate="firing"})',
          { alertname: 'alert', severity: 'severity', service: 'service', instance: 'where' },
        ),
      ],
    },
  ],
});

import { QueryVariableBuilder, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import { board } from './board.ts';
import { graph, PROMETHEUS, upOrDown } from './panels.ts';

const service = new QueryVariableBuilder('service')
  .label('Service')
  .datasource(PROMETHEUS)
  .query({ query: 'label_values(waybill_build_info, service)', refId: 'service' })
  .definition('label_values(waybill_build_info, service)')
  .refresh(VariableRefresh.OnDashboardLoad)
  .sort(VariableSort.AlphabeticalAsc)
  .multi(true)
  .includeAll(true)
  .current({ text: ['All'], value: ['$__all'], selected: true });

export const services = board({
  uid: 'waybill-services',
  title: '2 Services',
  question: 'Does each service answer, and handle its messages: how many, how many wrong, how fast?',
  normal:
    'Normal: no answer 5xx, 99 % of the answers within 100 ms, handlers of events within 50 ms. Commands reach outside: `payment.charge` and `notification.send` take as long as the provider and the mail server.',
  variables: [service],
  rows: [
    {
      title: 'HTTP: rate, errors, duration',
      panels: [
        graph(
          {
            title: 'Requests',
            says: 'Per second and service, without probes and scrapes.',
            unit: units.RequestsPerSecond,
            width: 8,
            stacked: true,
          },
          { '{{service}}': 'service:http_requests:rate1m{service=~"$service"}' },
        ),
        graph(
          {
            title: 'Answers 5xx',
            says: 'Share of all answers. 0 but for the moment in which a database is away.',
            unit: units.PercentUnit,
            width: 8,
            alerts: ['HttpErrors'],
            colors: ['green', [0.01, 'yellow'], [0.05, 'red']],
          },
          { '{{service}}': 'service:http_errors:ratio1m{service=~"$service"}' },
        ),
        graph(
          {
            title: 'Duration, 99 % within',
            says: 'As the service measures it: without nginx and the network.',
            unit: units.Seconds,
            width: 8,
            alerts: ['HttpSlow'],
            colors: ['green', [0.5, 'yellow'], [1, 'red']],
          },
          { '{{service}}': 'service:http_seconds:p99_1m{service=~"$service"}' },
        ),
        graph(
          {
            title: 'Requests refused, by reason',
            says: 'Per second: 401 for a token, 403 for a role. The client is not told the reason.',
            unit: units.RequestsPerSecond,
            width: 24,
            alerts: ['RequestsRefused'],
          },
          { '{{service}} {{status}} {{reason}}': 'reason:http_refused:rate1m{service=~"$service"}' },
        ),
        graph(
          {
            title: 'Requests by route and status',
            says: 'Per second. 4xx is the client: 400 a body that is wrong, 404 an order that is not there, 409 a key that is used by a request which is still running.',
            unit: units.RequestsPerSecond,
            width: 12,
          },
          {
            '{{method}} {{route}} {{status}}': 'sum by (method, route, status) (route:http_requests:rate1m{service=~"$service"})',
          },
        ),
        graph(
          {
            title: 'Duration by route, 95 % within',
            says: 'A route that is slow alone points at its query, all of them together at the database or the event loop (board 6).',
            unit: units.Seconds,
            width: 12,
          },
          {
            '{{method}} {{route}}':
              'histogram_quantile(0.95, sum by (le, method, route) (rate(waybill_http_request_seconds_bucket{service=~"$service", route!~"/metrics|/health/.*"}[$__rate_interval])))',
          },
        ),
      ],
    },
    {
      title: 'Handlers: rate, errors, duration',
      panels: [
        graph(
          {
            title: 'Messages handled',
            says: 'Per second and type, over all replicas.',
            unit: units.MessagesPerSecond,
            width: 8,
            stacked: true,
          },
          { '{{type}}': 'sum by (type) (type:messages:rate1m{service=~"$service", outcome="handled"})' },
        ),
        graph(
          {
            title: 'Not handled at once',
            says: 'Per second: failed attempts and parked messages (tried again), dead letters (not), late attempts that were fenced. Duplicates are on board 5.',
            unit: units.MessagesPerSecond,
            width: 8,
          },
          {
            '{{outcome}} {{type}}':
              'sum by (outcome, type) (type:messages:rate1m{service=~"$service", outcome=~"failed|parked|dead|fenced"})',
          },
        ),
        graph(
          {
            title: 'Duration of handlers, 99 % within',
            says: 'With the call outside, where a handler makes one. Every handler has a deadline; what passes it is parked.',
            unit: units.Seconds,
            width: 8,
          },
          { '{{type}}': 'max by (type) (type:handler_seconds:p99_1m{service=~"$service"})' },
        ),
      ],
    },
    {
      title: 'Replicas',
      panels: [
        upOrDown(
          {
            title: 'Replicas that answer Prometheus',
            says: 'Two of each service. One that is missing for more than a restart: `npm run stack -- status`.',
            width: 12,
            alerts: ['ServiceDown', 'ReplicaMissing'],
          },
          { '{{service}} {{instance}}': 'up{job="services", service=~"$service"}' },
        ),
        upOrDown(
          {
            title: 'Connected to the brokers',
            says: 'Can send to the broker, and is listened to. Down everywhere: the broker is away. Down at one replica: that replica.',
            width: 12,
            alerts: ['BrokerUnreachable', 'BrokerObjectMissing'],
          },
          { '{{service}} {{broker}}': 'min by (service, broker) (waybill_broker_up{service=~"$service"})' },
        ),
      ],
    },
    {
      title: 'The provider and the mail server, as they tell',
      panels: [
        graph(
          {
            title: 'Calls by what was answered',
            says: '200 and 250 are good. 5xx, 429 and 4xx of mails are tried again, and `none` too: a connection that was cut, so that nobody knows what became of the call.',
            unit: units.RequestsPerSecond,
            width: 12,
          },
          { '{{call}} {{answer}}': 'sum by (call, answer) (rate(outside_call_seconds_count[$__rate_interval]))' },
        ),
        graph(
          {
            title: 'Duration of a call, 95 % within',
            says: 'As the outside world measures it. When handlers take longer than this, the time is lost on the way, or in waiting for one of four connections to the mail server.',
            unit: units.Seconds,
            width: 12,
          },
          {
            '{{call}}': 'histogram_quantile(0.95, sum by (call, le) (rate(outside_call_seconds_bucket[$__rate_interval])))',
          },
        ),
      ],
    },
  ],
});

import * as units from '@grafana/grafana-foundation-sdk/units';
import { board } from './board.ts';
import { figure, graph, upOrDown } from './panels.ts';

export const rabbitmq = board({
  uid: 'waybill-rabbitmq',
  title: '3 RabbitMQ',
  question: 'Do commands reach a worker, and does the broker have room?',
  normal:
    'Normal: READY near 0 and falling, UNACKED at most what the consumers may hold, two consumers of each `.work` queue, nothing in a `.net` queue (there lies what killed its process), no alarm. Published, confirmed, delivered and acknowledged lie together.',
  rows: [
    {
      title: 'Queues',
      panels: [
        graph(
          {
            title: 'Ready',
            says: 'Messages that wait for a consumer. Rises when workers are fewer or slower than senders.',
            unit: units.Short,
            width: 8,
            alerts: ['QueueGrowing'],
          },
          { '{{queue}}': 'sum by (queue) (rabbitmq_detailed_queue_messages_ready)' },
        ),
        graph(
          {
            title: 'Unacked',
            says: "In a handler's hands. High with a low rate: handlers wait for the provider or the mail server.",
            unit: units.Short,
            width: 8,
          },
          { '{{queue}}': 'sum by (queue) (rabbitmq_detailed_queue_messages_unacked)' },
        ),
        graph(
          {
            title: 'Consumers',
            says: 'One for each replica of the service. 0 means that nobody listens: commands wait, nothing is lost.',
            unit: units.Short,
            width: 8,
            alerts: ['QueueWithoutConsumer'],
          },
          { '{{queue}}': 'sum by (queue) (rabbitmq_detailed_queue_consumers)' },
        ),
      ],
    },
    {
      title: 'Messages',
      panels: [
        graph(
          {
            title: 'Through the broker',
            says: 'Per second. Confirmed below published: the broker is slow. Acknowledged below delivered: messages are redelivered or still in work.',
            unit: units.MessagesPerSecond,
            width: 12,
          },
          {
            published: 'sum(rate(rabbitmq_global_messages_received_total[$__rate_interval]))',
            confirmed: 'sum(rate(rabbitmq_global_messages_confirmed_total[$__rate_interval]))',
            delivered: 'sum(rate(rabbitmq_global_messages_delivered_total[$__rate_interval]))',
            acknowledged: 'sum(rate(rabbitmq_global_messages_acknowledged_total[$__rate_interval]))',
          },
        ),
        graph(
          {
            title: 'Redelivered and returned',
            says: 'Per second. Redelivered after the death of a worker: the inbox drops what was done. Returned: no queue took it, which only a missing topology explains (`npm run stack -- restart deploy`).',
            unit: units.MessagesPerSecond,
            width: 12,
            alerts: ['RedeliveryStorm'],
          },
          {
            redelivered: 'sum(rate(rabbitmq_global_messages_redelivered_total[$__rate_interval]))',
            returned: 'sum(rate(rabbitmq_global_messages_unroutable_returned_total[$__rate_interval]))',
          },
        ),
      ],
    },
    {
      title: 'The broker',
      panels: [
        figure(
          {
            title: 'Alarms',
            says: 'Memory or disk: while one is on, the broker takes nothing from publishers. Commands then wait in the outboxes.',
            unit: units.Short,
            decimals: 0,
            width: 4,
            alerts: ['RabbitMqAlarm'],
            colors: ['green', [1, 'red']],
          },
          'sum(rabbitmq_alarms_memory_used_watermark + rabbitmq_alarms_free_disk_space_watermark)',
        ),
        figure(
          {
            title: 'Connections',
            says: 'Of each replica one to publish and one to consume, as far as its service does both.',
            unit: units.Short,
            decimals: 0,
            width: 4,
          },
          'sum(rabbitmq_connections)',
        ),
        figure(
          {
            title: 'Free disk',
            says: 'Below 200 MB the broker raises its alarm.',
            unit: units.BytesIEC,
            decimals: 1,
            width: 4,
            colors: ['red', [1_000_000_000, 'yellow'], [5_000_000_000, 'green']],
          },
          'min(rabbitmq_disk_space_available_bytes)',
        ),
        graph(
          {
            title: 'Memory',
            says: 'Used, and the mark at which publishers are held back.',
            unit: units.BytesIEC,
            width: 12,
          },
          {
            used: 'sum(rabbitmq_process_resident_memory_bytes)',
            mark: 'sum(rabbitmq_resident_memory_limit_bytes)',
          },
        ),
        upOrDown(
          { title: 'RabbitMQ', says: 'Whether the broker answers Prometheus.', width: 12 },
          { '{{job}}': 'up{job=~"rabbitmq|rabbitmq-queues"}' },
        ),
        graph(
          {
            title: 'Sending commands: outbox rows of the lane',
            says: 'What waits to be published. While the broker is away it grows by what is accepted, and empties in seconds when it is back.',
            unit: units.Short,
            width: 12,
          },
          { '{{service}}': 'lane:outbox_rows:max{lane="rabbitmq"}' },
        ),
      ],
    },
  ],
});

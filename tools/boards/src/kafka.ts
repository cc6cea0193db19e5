import * as units from '@grafana/grafana-foundation-sdk/units';
import { contracts } from '@waybill/contracts';
import { board } from './board.ts';
import { graph, upOrDown } from './panels.ts';

const EVENTS = contracts.filter(({ kind }) => kind === 'event').map(({ type }) => type);

export const kafka = board({
  uid: 'waybill-kafka',
  title: '4 Kafka',
  question: 'Do events reach their readers, in order, and how far behind is each group?',
  normal:
    'Normal: lag of a few events under load and 0 without, two members in each group, no gaps. A lag that grows with 0 members: nobody reads. With two members: they are slower than the senders, or one key waits behind a parked message (board 5).',
  rows: [
    {
      title: 'Groups',
      panels: [
        graph(
          {
            title: 'Lag',
            says: 'Events that a group has not settled yet, over all partitions.',
            unit: units.Short,
            width: 8,
          },
          { '{{group}} on {{topic}}': 'group:kafka_lag:max' },
        ),
        graph(
          {
            title: 'Time to catch up',
            says: 'Lag at the speed of the last minute. Long or rising: more replicas, or a look at the handlers (board 2).',
            unit: units.Seconds,
            width: 8,
            alerts: ['ConsumerLag'],
          },
          {
            '{{group}} on {{topic}}': 'group:kafka_drain_seconds:max',
          },
        ),
        graph(
          {
            title: 'Members',
            says: 'One for each replica. Falls to 0 for a moment while partitions are given out anew.',
            unit: units.Short,
            width: 8,
            alerts: ['GroupWithoutMembers', 'EventsRemovedUnread'],
          },
          { '{{group}}': 'max by (group) (waybill_kafka_group_members)' },
        ),
      ],
    },
    {
      title: 'Events',
      panels: [
        graph(
          {
            title: 'Sent',
            says: 'Outbox rows that Kafka has confirmed, per second and service.',
            unit: units.MessagesPerSecond,
            width: 8,
          },
          {
            '{{service}}':
              'sum by (service) (rate(waybill_relay_rows_total{lane="kafka", answer="confirmed"}[$__rate_interval]))',
          },
        ),
        graph(
          {
            title: 'Handled',
            says: 'Events per second and type. A type that is sent and not handled here has no handler, or waits.',
            unit: units.MessagesPerSecond,
            width: 8,
          },
          {
            '{{type}} in {{service}}': `type:messages:rate1m{outcome="handled", type=~"${EVENTS.join('|')}"}`,
          },
        ),
        graph(
          {
            title: 'Twice or skipped',
            says: 'Per second. Duplicates are absorbed by the inbox: some after a kill or a rebalance, none in quiet times. Skipped events are of a type that the service does not handle.',
            unit: units.MessagesPerSecond,
            width: 8,
          },
          { '{{outcome}} {{type}}': 'sum by (outcome, type) (type:messages:rate1m{outcome=~"duplicate|skipped"})' },
        ),
      ],
    },
    {
      title: 'The broker, as the services see it',
      panels: [
        upOrDown(
          {
            title: 'Connected',
            says: 'Each replica: can send to Kafka, and its consumer has its partitions.',
            width: 8,
            alerts: ['BrokerUnreachable'],
          },
          { '{{service}} {{instance}}': 'waybill_broker_up{broker="kafka"}' },
        ),
        graph(
          {
            title: 'Sending events: outbox rows of the lane',
            says: 'What waits to be published. Grows while Kafka is away, and empties in seconds when it is back.',
            unit: units.Short,
            width: 8,
          },
          { '{{service}}': 'lane:outbox_rows:max{lane="kafka"}' },
        ),
        graph(
          {
            title: 'Gaps in the order of a key',
            says: 'Events whose predecessor this process has not seen, in the last 5 minutes. Some after partitions have moved: the predecessor went to the other replica.',
            unit: units.Short,
            width: 8,
          },
          { '{{stream}}': 'sum by (stream) (increase(waybill_sequence_gaps_total[5m]))' },
        ),
      ],
    },
  ],
});

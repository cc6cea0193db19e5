import * as units from '@grafana/grafana-foundation-sdk/units';
import { board } from './board.ts';
import { figure, graph } from './panels.ts';

export const messages = board({
  uid: 'waybill-messages',
  title: '5 Outbox, inbox, parking',
  question: 'Is a message stuck: on its way out, on its way in, or parked?',
  normal:
    'Normal: outbox rows are younger than a second, every publish is confirmed, nothing is parked for longer than an outage lasts, no dead letter. What is parked is tried again by itself; a dead letter waits for a person: `npm run stack -- dead-letters list`.',
  rows: [
    {
      title: 'Now',
      panels: [
        figure(
          {
            title: 'Oldest outbox row',
            says: 'Older than some seconds: its broker is away, or refuses it.',
            unit: units.DurationSeconds,
            decimals: 0,
            width: 6,
            colors: ['green', [10, 'yellow'], [60, 'red']],
          },
          'max(lane:outbox_oldest_seconds:max)',
        ),
        figure(
          {
            title: 'Parked, waiting',
            says: 'Messages whose handler failed and that are tried again. Later events of the same order wait behind them.',
            unit: units.Short,
            decimals: 0,
            width: 6,
            colors: ['green', [1, 'yellow'], [100, 'red']],
          },
          'sum(state:parked_rows:max{state="waiting"})',
        ),
        figure(
          {
            title: 'Dead letters',
            says: 'Out of attempts, or refused at once. Not tried again until a person redrives or discards them.',
            unit: units.Short,
            decimals: 0,
            width: 6,
            alerts: ['DeadLetters', 'MessagesWaiting'],
            colors: ['green', [1, 'red']],
          },
          'sum(state:parked_rows:max{state="dead"})',
        ),
        figure(
          {
            title: 'Timers overdue',
            says: 'How long the oldest timer has been due. Seconds: nobody moves timers into the outbox, no relay runs.',
            unit: units.DurationSeconds,
            decimals: 0,
            width: 6,
            colors: ['green', [10, 'yellow'], [60, 'red']],
          },
          'max(waybill_timers_overdue_seconds)',
        ),
      ],
    },
    {
      title: 'Outbox and relay: on the way out',
      panels: [
        graph(
          {
            title: 'Outbox rows',
            says: 'Written with the transaction that caused them, deleted when the broker has confirmed them. A bulge that goes away was an outage.',
            unit: units.Short,
            width: 8,
          },
          { '{{service}} to {{lane}}': 'lane:outbox_rows:max' },
        ),
        graph(
          {
            title: 'Age of the oldest row',
            says: 'Below a second. Rises by a second in each second while a broker is away.',
            unit: units.Seconds,
            width: 8,
            alerts: ['OutboxStuck'],
            colors: ['green', [10, 'yellow'], [60, 'red']],
          },
          { '{{service}} to {{lane}}': 'lane:outbox_oldest_seconds:max' },
        ),
        graph(
          {
            title: 'Rows that hold back their key',
            says: 'Refused or not confirmed in time, waiting for the next try. 0; a row that stays is one that its broker will never take.',
            unit: units.Short,
            width: 8,
            alerts: ['MessageRefused'],
            colors: ['green', [1, 'red']],
          },
          { '{{service}} to {{lane}}': 'lane:outbox_held_rows:max' },
        ),
        graph(
          {
            title: 'Published',
            says: 'Rows per second that a broker has confirmed.',
            unit: units.MessagesPerSecond,
            width: 12,
          },
          {
            '{{service}} to {{lane}}':
              'sum by (service, lane) (rate(waybill_relay_rows_total{answer="confirmed"}[$__rate_interval]))',
          },
        ),
        graph(
          {
            title: 'Refused or unconfirmed',
            says: 'Rows per second. Unconfirmed: the broker went away under them, they are sent again and may arrive twice. Refused: no queue or topic for them.',
            unit: units.MessagesPerSecond,
            width: 12,
          },
          {
            '{{answer}}, {{service}} to {{lane}}':
              'sum by (answer, service, lane) (rate(waybill_relay_rows_total{answer!="confirmed"}[$__rate_interval]))',
          },
        ),
      ],
    },
    {
      title: 'Inbox: on the way in',
      panels: [
        graph(
          {
            title: 'What became of messages',
            says: 'Per second, over all services. Handled is nearly all.',
            unit: units.MessagesPerSecond,
            width: 12,
            stacked: true,
          },
          { '{{outcome}}': 'sum by (outcome) (type:messages:rate1m)' },
        ),
        graph(
          {
            title: 'Duplicates absorbed',
            says: 'Messages that came again and did nothing, per second: after a kill, a redelivery, a publish without its confirm.',
            unit: units.MessagesPerSecond,
            width: 12,
          },
          { '{{type}} in {{service}}': 'sum by (type, service) (type:messages:rate1m{outcome="duplicate"})' },
        ),
      ],
    },
    {
      title: 'Parking and timers',
      panels: [
        graph(
          {
            title: 'Parked messages',
            says: 'In the database of the service that could not handle them. Waiting ones rise during an outage of what a handler needs, and go back to 0.',
            unit: units.Short,
            width: 8,
          },
          { '{{service}} {{state}}': 'state:parked_rows:max' },
        ),
        graph(
          {
            title: 'Age of the oldest parked message',
            says: 'Since its first failure.',
            unit: units.Seconds,
            width: 8,
          },
          { '{{service}} {{state}}': 'max by (service, state) (waybill_parked_oldest_seconds)' },
        ),
        graph(
          {
            title: 'Timers',
            says: 'Scheduled messages that are not due yet: one deadline for each order that is not settled.',
            unit: units.Short,
            width: 8,
          },
          { '{{service}}': 'max by (service) (waybill_timers_rows)' },
        ),
      ],
    },
    {
      title: 'Effects outside',
      panels: [
        graph(
          {
            title: 'Payments without an outcome',
            says: 'Claimed at the provider and not settled: charging or reversing. As many as commands are in hand.',
            unit: units.Short,
            width: 12,
          },
          { '{{status}}': 'max by (status) (waybill_payments)' },
        ),
        graph(
          {
            title: 'Duration of what reaches outside, 99 % within',
            says: 'A call that is not answered ends at its deadline; its outcome is then looked up, and the call tried again with the same key.',
            unit: units.Seconds,
            width: 12,
          },
          { '{{type}}': 'type:handler_seconds:p99_1m{type=~"payment.charge.*|payment.cancel.*|notification.send.*"}' },
        ),
      ],
    },
  ],
});

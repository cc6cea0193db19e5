/** A saved search of Kibana: the query is Lucene's, which Elasticsearch answers by itself (`query_string`). */
export interface LogSearch {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly columns: readonly string[];
  readonly newestFirst: boolean;
}

/** A panel of the board: lines that match, counted or measured, by one or two fields, or over time by a field. */
export interface LogPanel {
  readonly id: string;
  readonly title: string;
  readonly query: string;
  readonly shape: 'table' | 'bars over time';
  readonly by: readonly string[];
  /** Percentiles of this field instead of a count. */
  readonly percentilesOf?: string;
}

const TROUBLE = 'log.level:(warn OR error OR fatal)';

/** Each line of one order by its id; what those lines' requests caused is found by their trace. */
export const oneOrder = (orderId: string) => `labels.order_id:"${orderId}"`;

export const searches: readonly LogSearch[] = [
  {
    id: 'waybill-one-order',
    title: 'One order by its id',
    description: 'Put the order\'s id where the star is, in quotes: labels.order_id:"01a2..."; oldest line first.',
    query: 'labels.order_id:*',
    columns: [
      'service.node.name',
      'message',
      'labels.message_type',
      'labels.outcome',
      'http.response.status_code',
      'error.message',
    ],
    newestFirst: false,
  },
  {
    id: 'waybill-errors-with-trace',
    title: 'Errors with trace',
    description:
      'Warnings and errors that belong to a request or a message: filter for the value of trace.id to see what led there.',
    query: `${TROUBLE} AND trace.id:*`,
    columns: ['service.node.name', 'log.level', 'message', 'error.message', 'labels.message_type', 'labels.order_id', 'trace.id'],
    newestFirst: true,
  },
  {
    id: 'waybill-dead-letters',
    title: 'Dead letters',
    description:
      'Messages that are not tried again by themselves. `npm run stack -- dead-letters` or SQL shows what is left of them.',
    query: 'message:"dead letter" AND log.level:error',
    columns: ['service.node.name', 'labels.message_type', 'error.message', 'labels.order_id', 'labels.message_id', 'trace.id'],
    newestFirst: true,
  },
];

export const panels: readonly LogPanel[] = [
  { id: 'waybill-lines', title: 'Lines by service', query: '*', shape: 'bars over time', by: ['service.name'] },
  {
    id: 'waybill-trouble',
    title: 'Warnings and errors by service',
    query: TROUBLE,
    shape: 'bars over time',
    by: ['service.name'],
  },
  {
    id: 'waybill-answers',
    title: 'Answers at the edge, by status',
    query: 'service.name:nginx AND http.response.status_code:*',
    shape: 'bars over time',
    by: ['http.response.status_code'],
  },
  {
    id: 'waybill-waits',
    title: 'How long customers waited',
    query: 'service.name:nginx AND event.duration:*',
    shape: 'table',
    by: ['http.request.method'],
    percentilesOf: 'event.duration',
  },
  {
    id: 'waybill-messages',
    title: 'Messages by type and outcome',
    query: 'labels.outcome:*',
    shape: 'table',
    by: ['labels.message_type', 'labels.outcome'],
  },
  {
    id: 'waybill-reasons',
    title: 'What went wrong, most frequent first',
    query: `${TROUBLE} AND error.message:*`,
    shape: 'table',
    by: ['error.message.keyword', 'service.name'],
  },
];

/**
 * The names of everything that a span tells, in one place: OpenTelemetry still changes those of messaging. Where it has a name,
 * a spec compares it with OpenTelemetry's own list. What it has no name for begins with `waybill.`.
 */
export const ATTRIBUTE = {
  system: 'messaging.system.name',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',
  messageId: 'messaging.message.id',
  kafkaOffset: 'kafka.offset',
  routingKey: 'rabbitmq.destination.routing_key',
  httpMethod: 'http.request.method',
  httpStatus: 'http.response.status_code',
  httpRoute: 'http.route',
  urlTemplate: 'url.template',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  protocol: 'network.protocol.name',
  errorType: 'error.type',
  messageType: 'waybill.message.type',
  key: 'waybill.key',
  attempt: 'waybill.attempt',
  outcome: 'waybill.outcome',
  outboxWaitMs: 'waybill.outbox.wait_ms',
} as const;

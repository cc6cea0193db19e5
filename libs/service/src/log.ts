import { currentWork } from '@waybill/messaging';
import { destination, pino, stdSerializers, type Logger } from 'pino';
import type { ServiceConfig } from './config.js';

/**
 * One JSON object per line on stdout, in the field names of ECS (Elastic Common Schema), so that nothing on its way renames
 * it. The log takes what a line is about (order, message, trace) from the work in hand, so no handler passes it along. Bodies
 * are never logged. Writes are synchronous: a process that dies has said why.
 */
export const createLog = (
  { service, replica, logLevel }: Pick<ServiceConfig, 'service' | 'replica' | 'logLevel'>,
  stream: { write(line: string): void } = destination({ sync: true }),
): Logger =>
  pino(
    {
      level: logLevel,
      base: { 'service.name': service, 'service.node.name': replica },
      messageKey: 'message',
      timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ 'log.level': level }), log: inEcs },
      mixin: () => {
        const work = currentWork();
        return work ? { orderId: work.key, messageId: work.messageId, traceId: work.traceId, spanId: work.spanId } : {};
      },
    },
    stream,
  );

const NAMES: Readonly<Record<string, string>> = {
  context: 'log.logger',
  orderId: 'labels.order_id',
  messageId: 'labels.message_id',
  type: 'labels.message_type',
  source: 'labels.message_source',
  outcome: 'labels.outcome',
  traceId: 'trace.id',
  spanId: 'span.id',
  requestId: 'http.request.id',
  method: 'http.request.method',
  status: 'http.response.status_code',
  url: 'url.original',
  reason: 'error.message',
};

/** What ECS has no name for stays together under `waybill`, where any name can be searched for. */
function inEcs({ err, durationMs, ...fields }: Record<string, unknown>): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  const more: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
    if (known) line[known] = value;
    else more[name] = value;
  }
  // ECS counts in nanoseconds.
  if (typeof durationMs === 'number') line['event.duration'] = durationMs * 1e6;
  if (err instanceof Error) {
    const { type, message, stack } = stdSerializers.err(err);
    Object.assign(line, { 'error.type': type, 'error.message': message, 'error.stack_trace': stack });
  } else if (err !== undefined) line['error.message'] = String(err);
  if (Object.keys(more).length > 0) line['waybill'] = more;
  return line;
}

import { masked } from '@waybill/contracts';
import { currentWork, messageOf } from '@waybill/messaging';
import { destination, pino, type LogFn, type Logger } from 'pino';
import type { ServiceConfig } from './config.js';

/**
 * One JSON object per line on stdout, in the field names of ECS (Elastic Common Schema), so that nothing on its way renames
 * it. The log takes what a line is about (order, message, trace) from the work in hand, so no handler passes it along. Bodies
 * are never logged, and of an error only what `toldOf` names. Writes are synchronous: a process that dies has said why.
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
      hooks: { logMethod: maskWords },
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
  for (const [name, field] of Object.entries(fields)) {
    if (field === undefined) continue;
    const value = typeof field === 'string' ? masked(field) : field;
    const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
    if (known) line[known] = value;
    else more[name] = value;
  }
  // ECS counts in nanoseconds.
  if (typeof durationMs === 'number') line['event.duration'] = durationMs * 1e6;
  if (err instanceof Error) {
    const { type, message, stack, code, constraint, table } = toldOf(err);
    Object.assign(line, { 'error.type': type, 'error.message': message, 'error.stack_trace': stack });
    if (code !== undefined) line['error.code'] = code;
    if (constraint !== undefined) Object.assign(more, { constraint, table });
  } else if (err !== undefined) line['error.message'] = masked(String(err));
  if (Object.keys(more).length > 0) line['waybill'] = more;
  return line;
}

/** Nest's own words and ours may quote an error, too. */
function maskWords(this: Logger, words: Parameters<LogFn>, write: LogFn): void {
  const [first] = words as unknown[];
  // pino would take the message of an error as it is.
  if (first instanceof Error && words.length === 1) return write.call(this, { err: first }, masked(messageOf(first)));
  write.apply(this, words.map((word: unknown) => (typeof word === 'string' ? masked(word) : word)) as Parameters<LogFn>);
}

/** Deeper causes are not told: a chain may bite its tail. */
const MOST_CAUSES = 5;

/**
 * All that the log tells of an error. Other fields are left out whatever they are called: pg's `detail` and `where` and TypeORM's
 * `query` and `parameters` hold what a customer has sent.
 */
function toldOf(error: Error) {
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown };
  const chain: Error[] = [];
  for (let cause: unknown = error; cause instanceof Error && chain.length < MOST_CAUSES; cause = cause.cause) chain.push(cause);
  const told = chain.map((cause) => ({ type: typeOf(cause), said: masked(messageOf(cause)), frames: framesOf(cause) }));
  return {
    type: typeOf(error),
    message: told.map(({ said }) => said).join(': '),
    // The first line of a stack is the message as it was thrown.
    stack: told.map(({ type, said, frames }) => [`${type}: ${said}`, ...frames].join('\n')).join('\ncaused by: '),
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : undefined,
    constraint: typeof constraint === 'string' ? constraint : undefined,
    table: typeof table === 'string' ? table : undefined,
  };
}

const typeOf = ({ name, constructor }: Error): string => constructor.name || name;
const framesOf = ({ stack = '' }: Error): string[] => stack.split('\n').filter((line) => /^ {4}at \S/.test(line));

import { destination, pino, stdSerializers, type Logger } from 'pino';
import type { Config } from './config.js';

/** Lines of JSON with the names of ECS (Elastic Common Schema), as every process of this system writes them. */
export const createLog = ({ logLevel, replica }: Config): Logger =>
  pino(
    {
      level: logLevel,
      base: { 'service.name': 'identity', 'service.node.name': replica },
      messageKey: 'message',
      timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ 'log.level': level }), log: inEcs },
    },
    destination({ sync: true }),
  );

/** What has no name in ECS stays under `waybill`. */
function inEcs({ err, ...more }: Record<string, unknown>): Record<string, unknown> {
  const line: Record<string, unknown> = { 'log.logger': 'Identity' };
  if (err instanceof Error) {
    const { type, message, stack } = stdSerializers.err(err);
    Object.assign(line, { 'error.type': type, 'error.message': message, 'error.stack_trace': stack });
  }
  return Object.keys(more).length > 0 ? { ...line, waybill: more } : line;
}

import { masked } from '@waybill/contracts';
import { destination, pino, type Logger } from 'pino';
import type { Config } from './config.js';

/** Single-line JSON in the field names of ECS (Elastic Common Schema), as everybody here writes it. */
export const createLog = ({ logLevel, replica }: Pick<Config, 'logLevel' | 'replica'>): Logger =>
  pino(
    {
      level: logLevel,
      base: { 'service.name': 'console', 'service.node.name': replica },
      messageKey: 'message',
      timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ 'log.level': level }), log: inEcs },
    },
    destination({ sync: true }),
  );

/** What has no name in ECS stays under `waybill`. Of an error nothing else is told, and an error's text quotes nobody. */
function inEcs({ context, err, ...more }: Record<string, unknown>): Record<string, unknown> {
  const line: Record<string, unknown> = { 'log.logger': context };
  if (err instanceof Error) {
    const { name, message, stack = '' } = err;
    Object.assign(line, { 'error.type': name, 'error.message': masked(message), 'error.stack_trace': masked(stack) });
  }
  return Object.keys(more).length > 0 ? { ...line, waybill: more } : line;
}

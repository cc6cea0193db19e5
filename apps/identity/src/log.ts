import { destination, pino, stdSerializers, type Logger } from 'pino';
import type { Config } from './config.js';

/**
 * Lines of JSON with the names of ECS (Elastic Common Schema), as every process of this system writes them. An error may quote who
 * signs in: no e-mail address is written.
 */
export const createLog = (
  { logLevel, replica }: Pick<Config, 'logLevel' | 'replica'>,
  stream: { write(line: string): void } = destination({ sync: true }),
): Logger =>
  pino(
    {
      level: logLevel,
      base: { 'service.name': 'identity', 'service.node.name': replica },
      messageKey: 'message',
      timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ 'log.level': level }), log: inEcs },
    },
    stream,
  );

// Bounded, so that a long text takes no longer than it is. An address that is part of a URL has %40.
const ADDRESSES = /[^\s<>@",;:()=]{1,64}(?:@|%40)[^\s<>@",;:()=]{1,253}\.[A-Za-z][\w-]+/g;
const masked = (words: string): string => (/@|%40/.test(words) ? words.replaceAll(ADDRESSES, '(e-mail)') : words);

/** What has no name in ECS stays under `waybill`. */
function inEcs({ err, ...more }: Record<string, unknown>): Record<string, unknown> {
  const line: Record<string, unknown> = { 'log.logger': 'Identity' };
  if (err instanceof Error) {
    const { type, message, stack } = stdSerializers.err(err);
    Object.assign(line, { 'error.type': type, 'error.message': masked(message), 'error.stack_trace': masked(stack) });
  }
  return Object.keys(more).length > 0 ? { ...line, waybill: more } : line;
}

import { currentWork } from '@waybill/messaging';
import { destination, pino, stdTimeFunctions, type Logger } from 'pino';
import type { ServiceConfig } from './config.js';

/**
 * One JSON object per line on stdout. Whatever a line is about (order, message, trace) is taken from the work in hand,
 * so that no handler has to pass it along. Bodies are never logged. Writes are synchronous: a process that dies has said why.
 */
export const createLog = ({ service, replica, logLevel }: Pick<ServiceConfig, 'service' | 'replica' | 'logLevel'>): Logger =>
  pino(
    {
      level: logLevel,
      base: { service, replica },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      mixin: () => {
        const work = currentWork();
        return work ? { orderId: work.key, messageId: work.messageId, traceId: work.traceId } : {};
      },
    },
    destination({ sync: true }),
  );

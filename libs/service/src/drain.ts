import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Gauge } from 'prom-client';
import { tellActivity } from './activity.js';

/** A stop that takes longer than this is no clean stop any more. The process ends, and the broker delivers again what it held. */
const STOP_WITHIN_MS = 30_000;

let draining = false;

new Gauge({
  name: 'waybill_draining',
  help: '1 from SIGTERM on, while what is in hand is finished',
  collect() {
    this.set(Number(draining));
  },
});

/** Sets a bound to every clean stop, and tells clients to come back by another connection. Nest's hooks do the rest. */
export function drainOnSignal(log: Pick<LoggerService, 'log' | 'error'>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      draining = true;
      tellActivity('draining');
      log.log(`${signal}: unready from now on, finishing what is in hand.`);
      setTimeout(() => {
        log.error(`The stop took longer than ${STOP_WITHIN_MS} ms: ending without having finished.`);
        process.exit(1);
      }, STOP_WITHIN_MS).unref();
    });
  }
}

/** The server's close would reset a connection that stays open, perhaps under a request that is just being written. */
export function closeConnectionsWhenDraining(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (_request, reply, _payload, done) => {
      if (draining) reply.header('Connection', 'close');
      done();
    });
}

import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { DeadLetterRoutes } from './dead-letters/dead-letter-routes.js';
import { HealthRoutes, REPLICA } from './health.js';
import { MetricsRoute, PoolMetrics } from './metrics.js';
import { ProblemFilter } from './problem-filter.js';
import { validationPipe } from './validation.js';

/**
 * After SIGTERM a service is unready. It goes on serving for this long, and asks each client to close its connection: nginx
 * moves to the other replica before the port closes.
 */
const UNREADY_BEFORE_CLOSE_MS = 1_000;

/** What every service has beside its own routes and reactions: logs, health, metrics, problems, dead letters. */
@Module({})
export class ServiceModule {
  static with(logger: Logger, replica: string): DynamicModule {
    return {
      module: ServiceModule,
      imports: [
        LoggerModule.forRoot({ pinoHttp: { logger }, forRoutes: [] }),
        TerminusModule.forRoot({ logger: false, gracefulShutdownTimeoutMs: UNREADY_BEFORE_CLOSE_MS }),
      ],
      controllers: [HealthRoutes, MetricsRoute, DeadLetterRoutes],
      providers: [
        PoolMetrics,
        { provide: REPLICA, useValue: replica },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
    };
  }
}

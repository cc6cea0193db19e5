import { Module, StandardSchemaValidationPipe, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { BreakIt } from './breakit/break-it.js';
import { BreakItRoutes, ReadBreakIt } from './breakit/break-it-routes.js';
import type { Config } from './config.js';
import { ActOnDeadLetters } from './dead-letters/act-on-dead-letters.js';
import { Operations } from './dead-letters/operations.js';
import { ReadDeadLetters } from './dead-letters/read-dead-letters.js';
import { HealthRoutes } from './health-routes.js';
import { Feed } from './live/feed.js';
import { LiveStream } from './live/live-stream.js';
import { StreamEvents } from './live/stream-events.js';
import { createLog } from './log.js';
import { MetricsRoute } from './metrics.js';
import { LogFiles } from './logs/log-files.js';
import { ReadLogs } from './logs/read-logs.js';
import { ActOnOrders } from './orders/act-on-orders.js';
import { Edge } from './orders/edge.js';
import { ListNewest } from './orders/list-newest.js';
import { ReadJourney } from './orders/read-journey.js';
import { invalid, ProblemFilter } from './problem.js';
import { Issuer } from './sign-in/issuer.js';
import { SessionRoutes } from './sign-in/session-routes.js';
import { Sessions } from './sign-in/sessions.js';
import { LastSeen } from './system/last-seen.js';
import { Prometheus } from './system/prometheus.js';
import { ReadContracts } from './system/read-contracts.js';
import { ReadMeasures } from './system/read-measures.js';
import { ReadState, SystemWatch } from './system/read-state.js';
import { answersThrough, Replicas } from './system/replicas.js';
import { ServiceDoor } from './system/service-door.js';
import { Forwarder } from './traces/forwarder.js';
import { ReceiveSpans, SpanListener } from './traces/receive-spans.js';
import { SpanRing } from './traces/span-ring.js';
import { TrafficRoutes } from './traffic/traffic-routes.js';
import { Traffic } from './traffic/traffic.js';

/**
 * What people look at: the journeys of orders, the map, figures, contracts. It owns no business data and no service needs it. It
 * stands on the contracts alone: libs/service brings database and brokers with it, 60 MB that a console has no use for.
 */
@Module({
  controllers: [
    // Takes from the services:
    ReceiveSpans,
    // Tells the pages:
    ListNewest,
    ReadJourney,
    ReadContracts,
    ReadState,
    ReadMeasures,
    ReadLogs,
    ReadDeadLetters,
    StreamEvents,
    // Acts, as a client of the shop:
    ActOnOrders,
    TrafficRoutes,
    // Acts, as the person who runs it:
    ActOnDeadLetters,
    // Breaks what runs, in a demo:
    ReadBreakIt,
    BreakItRoutes,
    // Tells who runs it:
    HealthRoutes,
    MetricsRoute,
  ],
})
export class ConsoleModule {
  static with(config: Config): DynamicModule {
    const stream = new LiveStream();
    const issuer = config.identity && new Issuer(config.identity);
    const edge = new Edge(config.edgeUrl, issuer);
    const seen = new LastSeen();
    const door = new ServiceDoor(config.tls);
    return {
      module: ConsoleModule,
      imports: [LoggerModule.forRoot({ pinoHttp: { logger: createLog(config), autoLogging: false }, forRoutes: [] })],
      // Without an issuer there is nowhere to sign in.
      controllers: issuer ? [SessionRoutes] : [],
      providers: [
        ...(issuer
          ? [
              { provide: Issuer, useValue: issuer },
              { provide: Sessions, useValue: new Sessions(issuer) },
            ]
          : []),
        SystemWatch,
        Operations,
        { provide: SpanRing, useValue: new SpanRing(config.spansMaxBytes) },
        { provide: Forwarder, useValue: new Forwarder(config.forwardTracesUrl) },
        { provide: SpanListener, useValue: { onSpan: (span) => seen.note(span) } satisfies SpanListener },
        { provide: LastSeen, useValue: seen },
        { provide: Feed, useValue: new Feed(config.feed, stream) },
        { provide: LiveStream, useValue: stream },
        { provide: Edge, useValue: edge },
        { provide: BreakIt, useValue: new BreakIt(config.breakIt) },
        { provide: Traffic, useValue: new Traffic(edge) },
        { provide: Prometheus, useValue: new Prometheus(config.prometheusUrl) },
        { provide: LogFiles, useValue: new LogFiles(config.logsDir) },
        { provide: ServiceDoor, useValue: door },
        { provide: Replicas, useValue: new Replicas(config.watched, answersThrough(door)) },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useFactory: () => new StandardSchemaValidationPipe({ exceptionFactory: invalid }) },
      ],
    };
  }
}

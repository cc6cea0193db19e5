import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { messagingTransports } from '@waybill/messaging';
import { Logger } from 'nestjs-pino';
import type { ServiceConfig } from './config.js';
import { closeConnectionsWhenDraining } from './drain.js';
import { guardRoutes } from './identity/guard.js';
import { createLog } from './log.js';
import { tellBuild } from './metrics.js';
import { readBodiesAsJson } from './request-body.js';
import { refuseUnclearHeaders } from './request-headers.js';
import { followRequests, requestId } from './requests.js';
import { ServiceModule } from './service.module.js';
import { helpWithUnknownRoutes } from './unknown-routes.js';
import { mutualTls } from './tls-server.js';
import { refuseUnreadable, refuseUrl, refuseWhatNodeWould } from './unreadable.js';

const BODY_LIMIT_BYTES = 64 * 1024;
/** Above nginx's 60 s: the side that reuses a connection must close it first, or it meets a reset. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** Above what the balancers take, 32 KB and an address of 8 KB, so that the client gets their answer. */
const MAX_HEADER_BYTES = 48 * 1024;
/** This service refuses a missing Host: Node would say nothing. */
const NODE_SERVER = { maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false };
/** Limits a request that comes too slowly. The balancers bring it whole, or give it up after 10 s. */
const REQUEST_TIMEOUT_MS = 30_000;

/** An app's module: with its configuration it is a table of contents of what the service does. */
export interface AppModule<Config> {
  with(config: Config): DynamicModule;
}

/**
 * Builds a service without starting it. Specs send it requests by `app.inject()`, no port needed. `stopped` is called when the
 * requests and messages in hand have ended.
 */
export async function createService<Config extends ServiceConfig>(
  module: AppModule<Config>,
  config: Omit<Config, 'identity'> & ServiceConfig,
  stopped: () => Promise<void> = async () => {},
): Promise<NestFastifyApplication> {
  const logger = createLog(config);
  tellBuild(config);
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // A request that comes on an open connection while we close is served like any other.
    return503OnClosing: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    ...(config.tls ? { https: { ...NODE_SERVER, ...mutualTls(config.tls) } } : { http: NODE_SERVER }),
    // No order has an id that is too long. So the answer is 404, as for any other id that is not there.
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    genReqId: requestId,
    frameworkErrors: refuseUrl,
    clientErrorHandler: refuseUnreadable,
  });

  const root: DynamicModule = {
    module: class Service {},
    imports: [ServiceModule.with(logger, config.replica), module.with(config as Config & ServiceConfig)],
    providers: [{ provide: 'stopped', useValue: { onApplicationShutdown: stopped } }],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  followRequests(app);
  refuseUnclearHeaders(app);
  helpWithUnknownRoutes(app);
  guardRoutes(app, config.identity);
  refuseWhatNodeWould(app);
  readBodiesAsJson(app);
  closeConnectionsWhenDraining(app);
  for (const strategy of messagingTransports(app)) app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  return app;
}

import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { messagingTransports } from '@waybill/messaging';
import { Logger } from 'nestjs-pino';
import type { ServerResponse } from 'node:http';
import type { ServiceConfig } from './config.js';
import { closeConnectionsWhenDraining } from './drain.js';
import { createLog } from './log.js';
import { tellBuild } from './metrics.js';
import { Problem } from './problem.js';
import { followRequests, requestId } from './requests.js';
import { ServiceModule } from './service.module.js';

const BODY_LIMIT_BYTES = 64 * 1024;
/** Above nginx's 60 s: the side that reuses a connection must be the one that closes it first, or it meets a reset. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** An app's module: with its configuration it is a table of contents of what the service does. */
export interface AppModule<Config> {
  with(config: Config): DynamicModule;
}

/** Builds a service without starting it. Specs send it requests by `app.inject()`, no port needed. */
export async function createService<Config extends ServiceConfig>(
  module: AppModule<Config>,
  config: Config,
): Promise<NestFastifyApplication> {
  const logger = createLog(config);
  tellBuild(config);
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // A request that comes on an open connection while we close is served like any other.
    return503OnClosing: false,
    genReqId: requestId,
    frameworkErrors: refuseUrl,
  });
  // JSON is the only language: a body of any other type gets 415. Fastify's own parser refuses `__proto__` and `constructor`.
  adapter.getInstance().removeContentTypeParser('text/plain');

  const root: DynamicModule = { module: class Service {}, imports: [ServiceModule.with(logger), module.with(config)] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  followRequests(app);
  closeConnectionsWhenDraining(app);
  for (const strategy of messagingTransports(app)) app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  return app;
}

/** A URL that cannot be decoded, or is too long, is refused before there is a route, and past every filter. */
function refuseUrl({ statusCode = 400 }: { statusCode?: number }, _request: unknown, { raw }: { raw: ServerResponse }): void {
  const body = JSON.stringify(new Problem(statusCode, 'The URL cannot be read.').toBody());
  raw.writeHead(statusCode, { 'Content-Type': 'application/problem+json' }).end(body);
}

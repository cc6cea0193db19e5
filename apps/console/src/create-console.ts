import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import type { Config } from './config.js';
import { ConsoleModule } from './console.module.js';
import { LiveStream } from './live/live-stream.js';
import { requireSession } from './sign-in/require-session.js';
import { Sessions } from './sign-in/sessions.js';
import { pairIn, showNewestPair } from './tls.js';

/** An exporter's batch of 512 spans has 0.5 MB. A larger batch is refused, and its sender counts it as dropped. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;
/** Above nginx's 60 s: the side that reuses a connection must close it first, or it meets a reset. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** Builds the console without starting it. Specs send it requests by `app.inject()`. */
export async function createConsole(config: Config): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    ...(config.tls && { https: pairIn(config.tls) }),
  });
  const app = await NestFactory.create<NestFastifyApplication>(ConsoleModule.with(config), adapter, {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  if (config.tls) showNewestPair(app.getHttpServer(), config.tls);
  const fastify = adapter.getInstance();
  if (config.identity) requireSession(fastify, app.get(Sessions));
  // A stream has no end, and a connection that is kept open would keep the process.
  const stream = app.get(LiveStream);
  fastify.addHook('preClose', (done) => {
    stream.end();
    fastify.server.closeIdleConnections();
    done();
  });
  return app;
}

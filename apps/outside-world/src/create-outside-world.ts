import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { Server } from 'node:tls';
import type { Config } from './config.js';
import { FaultSwitch } from './fault-switch.js';
import { OutsideWorldModule } from './outside-world.module.js';
import { onNewPair, pairIn } from './tls.js';

const BODY_LIMIT_BYTES = 16 * 1024;
/** Longer than any client keeps an idle connection, so that no close meets a request that a client is just writing. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** Builds the app and reads its ledgers. It does not answer yet: HTTP begins with `listen`, SMTP a moment before it. */
export async function createOutsideWorld(config: Config): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    ...(config.tls && { https: pairIn(config.tls) }),
  });
  const app = await NestFactory.create<NestFastifyApplication>(await OutsideWorldModule.with(config), adapter, {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  if (config.tls) {
    const server: object = app.getHttpServer();
    if (server instanceof Server) onNewPair(server, config.tls, (pair) => server.setSecureContext(pair));
  }
  const faults = app.get(FaultSwitch);
  // A connection that is kept open while the process ends would keep the process, for as long as the connection may be idle.
  adapter.getInstance().addHook('onSend', (_request, reply, _payload, done) => {
    if (faults.ending) reply.header('Connection', 'close');
    done();
  });
  return app;
}

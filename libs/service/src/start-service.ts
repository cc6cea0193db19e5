import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startActivity, tellActivity } from './activity.js';
import type { ServiceConfig, ServiceSettings } from './config.js';
import { createService, type AppModule } from './create-service.js';
import { drainOnSignal } from './drain.js';
import { answerAtSocket } from './health-socket.js';
import { readConfigOrExit } from './read-config-or-exit.js';
import { replicaByAddress, unnamed } from './replica-name.js';
import type { ConfigOf } from './settings.js';
import { believe, showNewestPair } from './tls-server.js';

const log = new Logger('Service');

/** Connections that come in the same moment wait here. Beyond Node's 511 a balancer's connections would time out. */
const BACKLOG = 4_096;

/**
 * Runs a service until a signal ends it: reads the configuration, answers HTTP, then takes messages.
 *
 * SIGTERM and SIGINT drain it: unready first, then the requests in hand are finished and the port closes, then the
 * messages in hand are settled and the relay empties the outbox once more, then the database closes. Exit code 143 (130).
 * An error that nobody catches ends the process: a service in an unknown state must not go on.
 */
export async function startService<S extends ServiceSettings>(module: AppModule<ConfigOf<S>>, settings: S): Promise<void> {
  process.on('uncaughtException', (error) => end('An error that nobody caught', error));
  process.on('unhandledRejection', (error) => end('A rejection that nobody handled', error));

  const config = await named(readConfigOrExit(settings) as ConfigOf<S> & ServiceConfig);
  if (config.tls) believe(config.tls);
  const [tracing, activity] = await Promise.all([tracingOf(config), activityOf(config)]);
  const app = await createService(module, config, async () => {
    activity?.stop();
    await tracing?.stop();
  });
  drainOnSignal(log);
  app.enableShutdownHooks();
  // HTTP first: orders are accepted while the brokers are away.
  await listen(app, config);
  await app.startAllMicroservices();
  tellActivity('ready');
  log.log(`${config.replica} answers on ${config.http.host}:${config.http.port} and takes messages.`);
}

async function named<C extends ServiceConfig>(config: C): Promise<C> {
  const { service, replica } = config;
  return replica === unnamed(service) ? { ...config, replica: (await replicaByAddress(service)) ?? replica } : config;
}

async function listen(app: NestFastifyApplication, { http, tls }: ServiceConfig): Promise<void> {
  await app.listen({ host: http.host, port: http.port, backlog: BACKLOG });
  if (tls) showNewestPair(app.getHttpServer(), tls);
  if (http.healthSocket) await answerAtSocket(app, http.healthSocket);
}

/** Loads OpenTelemetry's SDK only where there are spans, and where they go somewhere. */
async function tracingOf({ service, replica, tracing: { endpoint, tracesPerSecond } }: ServiceConfig) {
  if (endpoint === undefined || tracesPerSecond === 0) return undefined;
  const { startTracing } = await import('./tracing.js');
  return startTracing({ service, replica, tracing: { endpoint, tracesPerSecond } });
}

/** Without an address nobody listens, and ZeroMQ is not loaded. */
async function activityOf({ replica, feed: { address, keys } }: ServiceConfig) {
  if (address === undefined || address === 'off') return undefined;
  if (keys === undefined)
    throw new Error('FEED_KEYS_FILE is not set, and FEED_ADDRESS is: the feed needs the keys of this process.');
  return startActivity({ replica }, { address, keys });
}

function end(what: string, error: unknown): never {
  log.fatal({ err: error }, `${what} ends this process.`);
  process.exit(1);
}

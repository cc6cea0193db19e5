import Fastify from 'fastify';
import { statements } from './database.ts';
import type { OutboxPoller, Variant } from './outbox.ts';
import type { Settings } from './settings.ts';

/** The HTTP side of a process. It counts its statements as the services of Waybill do. */
export function httpServer() {
  const app = Fastify();
  app.get('/metrics', () =>
    [...statements].map(([command, n]) => `waybill_database_statements_total{command="${command}"} ${n}`).join('\n'),
  );
  return app;
}

/** Listens, tells the bench that it is ready, and takes the variant from it. It ends with the bench. */
export async function serve(app: ReturnType<typeof httpServer>, { httpPort }: Settings, poller: OutboxPoller): Promise<void> {
  await app.listen({ host: '127.0.0.1', port: httpPort });
  process.on('message', (variant: Variant) => (poller.variant = variant));
  process.on('disconnect', () => process.exit());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.send!('ready');
}

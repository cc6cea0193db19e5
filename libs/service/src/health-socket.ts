import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';

/** What a container's health check asks. */
const PATH = '/health/ready';

/**
 * Answers whether this process is ready, at a socket in its own file system. The port lets nobody in without a certificate, and one for
 * the health check, within the container, would open the ports of the other services to an intruder who takes this one over.
 */
export async function answerAtSocket(app: NestFastifyApplication, path: string): Promise<void> {
  const { routing } = app.getHttpAdapter().getInstance();
  const server = createServer((request, response) => {
    if (request.url === PATH) routing(request, response);
    else response.writeHead(404).end();
  });
  // A process that was killed has left it behind.
  rmSync(path, { force: true });
  await once(server.listen(path), 'listening');
  // It ends with the process, and does not hold it up.
  server.unref();
}

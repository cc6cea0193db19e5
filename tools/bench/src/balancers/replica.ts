// A replica behind the balancers: `node replica.ts PORT FILE`. It does what a service does at its edge, and nothing else: it says
// whether it serves, answers after some work, and at SIGTERM says so before it closes its port.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Long enough for a kill to meet requests in hand. */
const WORK_MS = 20;
/** As the services do: docs/timeouts.md. */
const TOLD_BEFORE_MS = 1_000;
const KEPT_MS = 75_000;

const [, , port, file] = process.argv;
let serving = true;

const server = createServer((request, response) => {
  if (request.url === '/health/serving') {
    response.writeHead(serving ? 200 : 503).end();
    return;
  }
  request.resume();
  request.once('end', () => {
    // Before the answer: what a replica has done survives its death.
    if (request.method === 'POST') appendFileSync(file!, `${String(request.headers['x-request-id'])}\n`);
    // Fast where the balancer itself is measured.
    const answer = () =>
      response
        .writeHead(200, { 'content-type': 'application/json', ...(!serving && { connection: 'close' }) })
        .end('{"ok":true}');
    if (request.url === '/api/orders/fast') answer();
    else setTimeout(answer, WORK_MS);
  });
});
server.keepAliveTimeout = KEPT_MS;
server.listen(Number(port), '127.0.0.1', 4_096, () => process.send!('listening'));

process.on('SIGTERM', () => {
  serving = false;
  void delay(TOLD_BEFORE_MS).then(() => {
    server.close(() => process.exit());
    setInterval(() => server.closeIdleConnections(), 100);
  });
});
process.on('disconnect', () => process.exit());

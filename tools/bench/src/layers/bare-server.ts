// The least that an order could cost at the door: Fastify parses the body and answers.
import Fastify from 'fastify';

const app = Fastify();
app.post('/api/orders', (_request, reply) => reply.code(202).send({ id: 'none', status: 'placed' }));
const port = Number(process.argv[2]);
await app.listen({ host: '127.0.0.1', port });
process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.send!('ready');

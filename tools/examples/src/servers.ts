import { program } from '@waybill/kit';
import { up } from '@waybill/stack';
import { environmentFor } from './environment-for.ts';
import { INSTANCE } from './instance.ts';

const help = `npm run -s examples
Starts a PostgreSQL, a RabbitMQ and a Kafka for the examples, on free ports, beside anything else that runs, and prints where they are
as lines for a shell: eval "$(npm run -s examples)". To end them and remove their data: npm run stack -- down --instance ${INSTANCE} --purge`;

await program({ name: 'examples', help, read: () => ({}), run: start });

async function start(_options: object, signal: AbortSignal): Promise<number> {
  await up({ instance: INSTANCE, only: ['postgres', 'rabbitmq', 'kafka'], signal });
  for (const [name, value] of Object.entries(environmentFor(INSTANCE))) console.log(`export ${name}='${value}'`);
  return 0;
}

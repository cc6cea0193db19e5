import { parseArgs } from 'node:util';
import { program } from '@waybill/kit';
import { whileUp } from '@waybill/stack';
import { INSTANCE } from './instance.ts';
import { runExample } from './run-example.ts';

const help = `npm run essay [-- NAME ...]
The first programs that everybody writes for RabbitMQ and Kafka, and the same programs as they should be. The same accident happens to
both, and what was lost, came twice or came out of order is counted. NAME: auto-ack, not-durable, no-confirm (RabbitMQ), never-waits,
no-key, no-group (Kafka); all of them when none is named. Starts a RabbitMQ and a Kafka of its own, and ends them.`;

await program({ name: 'essay', help, read: (args) => parseArgs({ args, allowPositionals: true }).positionals, run: play });

function play(names: string[], signal: AbortSignal): Promise<number> {
  return whileUp({ instance: INSTANCE, only: ['postgres', 'rabbitmq', 'kafka'], signal }, async () => {
    const { code } = await runExample('essay', ['src/main.ts', ...names], INSTANCE, { signal, shown: true });
    return code;
  });
}

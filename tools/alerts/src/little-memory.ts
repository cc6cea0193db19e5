import { rmSync, writeFileSync } from 'node:fs';
import { instanceOf, restart } from '@waybill/stack';
import { alert, type Drill } from './drill.ts';

/** Read after the other files of the folder, whose limits it takes the place of. */
const limit = (instance: string) => instanceOf(instance).paths.of('rabbitmq/conf.d/little-memory.conf');

/** RabbitMQ must do with a megabyte, of which it uses a hundred, and so takes nothing from publishers. */
export const littleMemory: Drill = {
  what: 'RabbitMQ has too little memory',
  alerts: [alert('RabbitMqAlarm', { resource: 'memory' })],
  begin: async ({ instance }) => {
    writeFileSync(limit(instance), 'vm_memory_high_watermark.absolute = 1MB\n');
    await restart('rabbitmq', instance);
  },
  end: async ({ instance }) => {
    rmSync(limit(instance), { force: true });
    await restart('rabbitmq', instance);
  },
};

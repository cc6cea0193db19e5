import { alert, littleMemory, putPoison } from '@waybill/alerts';
import { SERVICES } from '@waybill/contracts';
import type { Kind } from './incident.ts';
import { replicasOf } from './services.ts';

export const poison: Kind = {
  name: 'poison-message',
  what: 'a queue has brought a message that nobody can read',
  places: SERVICES,
  at: (service) => ({
    evidence: {
      alert: alert('DeadLetters', { service }),
      figure: {
        query: `waybill_parked_rows{service="${service}", state="dead"} > 0`,
        panel: '5 Outbox, inbox, parking, "Dead letters"',
        shows: `${service} has a dead letter; the console's Dead letters shows its bytes. Orders go on: it holds back nobody`,
      },
      log: { of: replicasOf(service), has: 'dead letter' },
    },
    begin: async ({ instance }) => {
      await putPoison(instance, service);
      // Nobody mends a dead letter: a person discards it.
      return () => Promise.resolve();
    },
  }),
};

export const noMemory: Kind = {
  name: 'broker-without-memory',
  what: 'a broker has too little memory, and takes nothing from publishers',
  places: ['rabbitmq'],
  at: () => ({
    evidence: {
      alert: alert('RabbitMqAlarm', { resource: 'memory' }),
      figure: {
        query: 'rabbitmq_alarms_memory_used_watermark > 0',
        panel: '3 RabbitMQ, "Alarms"',
        shows: 'RabbitMQ blocks whoever publishes. Commands that are in queues are still worked off, and events go on',
      },
    },
    begin: async (system) => {
      await littleMemory.begin(system);
      return () => littleMemory.end(system);
    },
  }),
};

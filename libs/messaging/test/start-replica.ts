import { fileURLToPath } from 'node:url';
import { startWorker, testStack, type Worker } from '@waybill/testing';
import type { Tuning } from '../src/tuning.js';
import type { WorkerOptions } from './worker.ts';
import { fastTuning, type World } from './world.js';

/** A replica of the world's service in a separate process. It handles like the ones in this process, and can be killed. */
export function startReplica(world: World, behaviour: WorkerOptions['behaviour'], tuning: Partial<Tuning> = {}): Promise<Worker> {
  const { postgres, rabbitmq, kafka } = testStack();
  const { host, port, ssl, user: username, password } = postgres;
  const options: WorkerOptions = {
    broker: world.broker,
    service: world.service,
    database: { host, port, ssl, username, password, database: world.database.name },
    rabbitmq,
    kafka,
    tuning: { ...fastTuning, ...tuning },
    behaviour,
  };
  return startWorker(fileURLToPath(new URL('./worker.ts', import.meta.url)), options);
}

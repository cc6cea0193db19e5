import type { DataSource } from 'typeorm';
import type { Message, RawMessage } from '../src/message.js';
import { Clock } from '../src/clock.js';
import { silent } from '../src/message.js';
import { Delivery, type DeliveryParts } from '../src/receiving/delivery.js';
import { type Handler, Handlers, type OutsideHandler } from '../src/receiving/handlers.js';
import { newId } from '../src/ids.js';
import { Retries } from '../src/parking/retries.js';
import type { Received } from '../src/receiving/received.js';
import { defaultTuning, type Tuning } from '../src/tuning.js';
import { UnitOfWork } from '../src/transaction.js';
import type { Payload } from './contract.js';
import { fastTuning, noteEffect, type Script, type World } from './world.js';

/** The delivery of one worker without its transport, for specs that need a batch exactly as they made it. */
export interface Bench {
  readonly delivery: Delivery;
  readonly retries: Retries;
  readonly parts: DeliveryParts;
  /** What a transport would make of these messages. */
  batch(...messages: { body: Buffer }[]): Received[];
}

export function bench(
  world: World,
  {
    script = () => {},
    handler = async (message, tx) => {
      await noteEffect(tx, message as Message<Payload>);
      await script(message as Message<Payload>, tx);
    },
    outside,
    tuning = {},
    database = world.database.dataSource,
    unitOfWork = new UnitOfWork(database, world.service),
  }: {
    script?: Script;
    handler?: Handler;
    outside?: OutsideHandler;
    tuning?: Partial<Tuning>;
    database?: DataSource;
    unitOfWork?: UnitOfWork;
  } = {},
): Bench {
  const handlers = new Handlers(world.service);
  handlers.add(world.contract, outside ? { outside: true, handler: outside } : { outside: false, handler });
  const parts: DeliveryParts = {
    database,
    unitOfWork,
    handlers,
    contracts: new Map([[world.contract.type, world.contract]]),
    tuning: { ...defaultTuning, ...fastTuning, ...tuning },
    log: silent,
    clock: new Clock(silent),
    worker: newId(),
    databaseIsAway: async () => false,
    parked: () => {},
  };
  const delivery = new Delivery(parts);
  const stream = world.broker === 'kafka' ? `${world.service}.events` : `${world.service}.work`;
  const raw = (body: Buffer, index: number): RawMessage => ({
    body,
    stream,
    source: `${stream}/0@${index}`,
    ordered: world.broker === 'kafka',
  });
  return {
    delivery,
    retries: new Retries(parts),
    parts,
    batch: (...messages) => messages.map(({ body }, index) => delivery.receive(raw(body, index))),
  };
}

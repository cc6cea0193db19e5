import type { Contract } from '@waybill/contract-kit';
import { type Lane, laneOf } from '../sending/outbox.js';

const WAY = { kafka: 'an event, which travels by Kafka', rabbitmq: 'a command, which travels by RabbitMQ' };

/** Refuses contracts whose broker is not there: their messages would wait in an outbox that nobody relays. */
export function refuseWithoutBroker(contracts: readonly Contract[], brokers: { readonly [broker in Lane]?: unknown }): void {
  for (const { type, kind } of contracts) {
    const broker = laneOf(kind);
    if (brokers[broker] === undefined) throw new Error(`${type} is ${WAY[broker]}: give the option \`${broker}\`.`);
  }
}

/** Whether a service sends, emits or handles the message. */
export function concerns(service: string, contract: Contract): boolean {
  return contract.kind === 'event'
    ? contract.emittedBy === service || contract.handledBy.includes(service)
    : contract.handledBy === service || contract.sentBy.includes(service);
}

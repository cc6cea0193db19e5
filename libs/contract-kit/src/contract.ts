import type { z } from 'zod';

interface ContractBase<Type extends string, Payload> {
  /** Name and version, `payment.charge.v1`: a new version is a new contract beside the old one. */
  readonly type: Type;
  readonly schema: z.ZodType<Payload>;
  /** What the message is about: events of one key are handled in the order in which they were committed. */
  key(payload: Payload): string;
  /** Set where the payload says something about a customer: erasure takes such a message away wherever it waits. */
  readonly personal?: true;
  /** A valid payload, for documentation and golden files. */
  readonly sample: NoInfer<Payload>;
}

/** A fact in the past tense. It travels by Kafka: one service emits it, and any number handle it, in order per key. */
export interface EventContract<
  Payload = unknown,
  Type extends string = string,
  Service extends string = string,
> extends ContractBase<Type, Payload> {
  readonly kind: 'event';
  readonly emittedBy: Service;
  readonly handledBy: readonly Service[];
  /** The version of the emitting aggregate, counting from 1: consumers count gaps by it. */
  sequence(payload: Payload): number;
}

/** An order to one service in the imperative. It travels by RabbitMQ: competing consumers share a work queue, without order. */
export interface CommandContract<
  Payload = unknown,
  Type extends string = string,
  Service extends string = string,
> extends ContractBase<Type, Payload> {
  readonly kind: 'command';
  readonly sentBy: readonly Service[];
  readonly handledBy: Service;
}

export type Contract<Payload = unknown> = EventContract<Payload> | CommandContract<Payload>;

/** The payload type of a contract: `PayloadOf<typeof paymentCharge>`. */
export type PayloadOf<C> = C extends { readonly schema: z.ZodType<infer Payload> } ? Payload : never;

export function event<Payload, Type extends string, Service extends string>(
  definition: Omit<EventContract<Payload, Type, Service>, 'kind'>,
): EventContract<Payload, Type, Service> {
  return { kind: 'event', ...definition };
}

export function command<Payload, Type extends string, Service extends string>(
  definition: Omit<CommandContract<Payload, Type, Service>, 'kind'>,
): CommandContract<Payload, Type, Service> {
  return { kind: 'command', ...definition };
}

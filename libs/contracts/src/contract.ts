import * as kit from '@waybill/contract-kit';

/** The services of the system. Only these send, emit or handle messages. */
export const SERVICES = ['order', 'payment', 'notification'] as const;
export type ServiceName = (typeof SERVICES)[number];

// What a contract is, between these services: a name that is none of them does not compile.
export type EventContract<Payload = unknown, Type extends string = string> = kit.EventContract<Payload, Type, ServiceName>;
export type CommandContract<Payload = unknown, Type extends string = string> = kit.CommandContract<Payload, Type, ServiceName>;
export type Contract<Payload = unknown> = EventContract<Payload> | CommandContract<Payload>;

export const event = <Payload, Type extends string>(
  definition: Omit<EventContract<Payload, Type>, 'kind'>,
): EventContract<Payload, Type> => kit.event(definition);

export const command = <Payload, Type extends string>(
  definition: Omit<CommandContract<Payload, Type>, 'kind'>,
): CommandContract<Payload, Type> => kit.command(definition);

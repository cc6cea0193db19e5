import type { CommandContract, Contract } from '@waybill/contract-kit';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { HandlerOf, OutsideHandlerOf, OutsideOptions } from '../receiving/handlers.js';

/** Nest would register a handler without a transport on every strategy. So each kind of message has its transport. */
export const TRANSPORT_OF = { event: Symbol('waybill.kafka'), command: Symbol('waybill.rabbitmq') } as const;

/** What the decorators leave for the transports. */
export interface HandlerExtras {
  readonly contract: Contract;
  /** Set for a handler that calls the outside world. */
  readonly outside?: OutsideOptions;
}

/** A decorator for methods that take what the contract says: the compiler refuses a handler of another payload. */
type DecoratesA<Method> = <M extends Method>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * Marks a controller's method as the handler of a contract: `async handle(message: Message<PaymentCharged>, tx: Transaction)`.
 * What it writes with `tx` and its inbox row are one transaction. It has three outcomes: return, throw (the message is
 * retried), throw `Reject`.
 */
export function Handles<C extends Contract>(contract: C): DecoratesA<HandlerOf<C>> {
  return pattern(TRANSPORT_OF[contract.kind], { contract });
}

/** As `Handles`, for a command whose handler calls the outside world: it gets an `OutsideDelivery` in place of a transaction. */
export function HandlesOutside<C extends CommandContract>(
  contract: C,
  options: OutsideOptions = {},
): DecoratesA<OutsideHandlerOf<C>> {
  return pattern(TRANSPORT_OF.command, { contract, outside: options });
}

function pattern(transport: symbol, extras: HandlerExtras) {
  const mark = EventPattern(extras.contract.type, transport, extras as unknown as Record<string, unknown>) as MethodDecorator;
  return (target: object, name: string | symbol, descriptor: PropertyDescriptor): void => {
    // Without these Nest hands over the message alone.
    Payload()(target, name, 0);
    Ctx()(target, name, 1);
    mark(target, name, descriptor);
  };
}

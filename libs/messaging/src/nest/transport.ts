import type { CommandContract } from '@waybill/contract-kit';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Messaging } from '../messaging.js';
import { type HandlerExtras, TRANSPORT_OF } from './handles.js';

/**
 * One kind of message under Nest's decorators: a thin shell. Nest's own transports lose messages (they never acknowledge,
 * or retry a poison message for ever); here Nest finds the methods and runs its pipes and guards, and `Messaging` does the rest.
 */
export class MessagingTransport extends Server implements CustomTransportStrategy {
  override readonly transportId: symbol;
  /** A handler's error reaches us as it was thrown, so that it decides what becomes of the message. */
  override readonly propagatesEventHandlerErrors = true;

  constructor(
    private readonly messaging: Messaging,
    kind: 'event' | 'command',
  ) {
    super();
    this.transportId = TRANSPORT_OF[kind];
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    super.addHandler(pattern, callback, isEventHandler, extras);
    const { contract, outside } = extras as unknown as HandlerExtras;
    const call = async (message: unknown, context: unknown): Promise<void> => {
      const result: unknown = await callback(message, context);
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    };
    if (outside) this.messaging.handleOutside(contract as CommandContract, call, outside);
    else this.messaging.handle(contract, call);
  }

  listen(callback: (error?: unknown) => void): void {
    this.messaging.start().then(() => callback(), callback);
  }

  /** Both kinds stop together: a handler of one may be sending to the other. */
  async close(): Promise<void> {
    await this.messaging.stop();
  }

  override on(): never {
    throw new Error('This transport emits no events: read Messaging.health().');
  }

  override unwrap<T>(): T {
    return this.messaging as T;
  }
}

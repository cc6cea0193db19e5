import { expect, test } from '@jest/globals';

/** One handler under test. Everything asks real servers: `deliver` resolves when the message has been dealt with. */
export interface OnceSpec<Message> {
  /** A message that was never delivered before. */
  message(): Message | Promise<Message>;
  /** Brings the message to the handler and waits until it has been handled, dropped as a duplicate, or has failed. */
  deliver(message: Message): Promise<void>;
  /** Makes the next run of the handler fail after it has written. */
  failNext(): void | Promise<void>;
  /** What the handler has changed because of this message; 0 when nothing. */
  effects(message: Message): Promise<number>;
}

/** The redelivery triad that every handler has: acts once, a copy does nothing, a failure leaves nothing behind. */
export function deliversOnce<Message>(spec: OnceSpec<Message>): void {
  test('a first delivery acts once', async () => {
    const message = await spec.message();
    await spec.deliver(message);
    expect(await spec.effects(message)).toBe(1);
  });

  test('a duplicate does nothing', async () => {
    const message = await spec.message();
    await spec.deliver(message);
    await spec.deliver(message);
    expect(await spec.effects(message)).toBe(1);
  });

  test('a failure rolls everything back, and the next delivery succeeds', async () => {
    const message = await spec.message();
    await spec.failNext();
    await spec.deliver(message);
    expect(await spec.effects(message)).toBe(0);
    await spec.deliver(message);
    expect(await spec.effects(message)).toBe(1);
  });
}

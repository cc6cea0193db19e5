import type { CommandContract, Contract, PayloadOf } from './contract.js';

/** What a decision wants done with a message. `tx.sendAll` of libs/messaging does it. */
export type Outgoing =
  | { readonly do: 'send'; readonly contract: Contract; readonly payload: unknown }
  | { readonly do: 'schedule'; readonly contract: CommandContract; readonly payload: unknown; readonly afterMs: number }
  | { readonly do: 'unschedule'; readonly contract: CommandContract; readonly key: string };

/** Sends with the commit: `outgoing(paymentCharge, { orderId, ... })`. */
export const outgoing = <C extends { readonly type: string }>(contract: C, payload: PayloadOf<C>): Outgoing => ({
  do: 'send',
  contract: contract as unknown as Contract,
  payload,
});

/** Sends `afterMs` after the commit, by the database's clock. One timer per contract and key: a second one moves it. */
export const scheduled = <C extends { readonly type: string; readonly kind: 'command' }>(
  contract: C,
  payload: PayloadOf<C>,
  afterMs: number,
): Outgoing => ({ do: 'schedule', contract: contract as unknown as CommandContract, payload, afterMs });

/** Takes the timer of this key away, if it has not fired. */
export const unscheduled = <C extends { readonly type: string; readonly kind: 'command' }>(
  contract: C,
  key: string,
): Outgoing => ({
  do: 'unschedule',
  contract: contract as unknown as CommandContract,
  key,
});

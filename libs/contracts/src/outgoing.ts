import type { Contract, PayloadOf } from './contract.js';

/** A message that a decision wants sent; `tx.send(contract, payload)` does it. */
export interface Outgoing {
  readonly contract: Contract;
  readonly payload: unknown;
}

/** Pairs a contract with a payload of its type: `outgoing(paymentCharge, { orderId, ... })`. */
export const outgoing = <C extends { readonly type: string }>(contract: C, payload: PayloadOf<C>): Outgoing => ({
  contract: contract as unknown as Contract,
  payload,
});

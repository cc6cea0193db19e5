import { expect } from '@jest/globals';
import type { Contract, Outgoing } from '@waybill/contracts';

/** What the decisions of every service return: the new state, and the messages that follow. */
interface Decided<State> {
  readonly state: State;
  readonly send: readonly Outgoing[];
}

/**
 * A decision as a specification. The state is what has happened, the decision is what arrives, and then:
 *
 *   given(placedOrder)
 *     .when((order) => react(order, { type: paymentCharged.type, data }, now))
 *     .then({ status: 'confirmed', version: 2 }, [orderConfirmed, { orderId, version: 2, confirmedAt }]);
 *
 * `then` compares the fields that it names of the new state, and all of the messages, in order. `thenNothing` wants the
 * same state and no message; `thenRefused` wants a throw.
 */
export function given<Before>(before: Before) {
  return {
    when<After>(decide: (state: Before) => Decided<After>) {
      return {
        then(state: Partial<After>, ...messages: readonly (readonly [{ readonly type: string }, unknown])[]): void {
          const decided = decide(before);
          expect(decided.state).toMatchObject(state as object);
          expect(decided.send.map(({ contract, payload }) => [contract.type, payload])).toEqual(
            messages.map(([contract, payload]) => [contract.type, payload]),
          );
          for (const { contract, payload } of decided.send) expectToFit(contract, payload);
        },
        thenNothing(): void {
          const decided = decide(before);
          expect(decided.state).toEqual(before);
          expect(decided.send).toEqual([]);
        },
        thenRefused(reason: string | RegExp): void {
          expect(() => decide(before)).toThrow(reason);
        },
      };
    },
  };
}

/** A message that its own contract refuses would fail in `tx.send`, when it is too late. */
function expectToFit(contract: Contract, payload: unknown): void {
  const { error } = contract.schema.safeParse(payload);
  expect(error?.issues ?? []).toEqual([]);
}

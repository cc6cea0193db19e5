import { expect } from '@jest/globals';
import type { Outgoing } from '@waybill/contracts';

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
 *     .then({ status: 'confirmed', version: 2 }, outgoing(orderConfirmed, { orderId, version: 2, confirmedAt }));
 *
 * `then` compares the fields that it names of the new state, and all of the messages, in order. `thenNothing` wants the
 * same state and no message; `thenRefused` wants a throw.
 */
export function given<Before>(before: Before) {
  return {
    when<After>(decide: (state: Before) => Decided<After>) {
      return {
        then(state: Partial<After>, ...messages: readonly Outgoing[]): void {
          const decided = decide(before);
          expect(decided.state).toMatchObject(state as object);
          expect(decided.send.map(inWords)).toEqual(messages.map(inWords));
          expect(misfits(decided.send)).toEqual([]);
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

/** A contract is compared by its type: printed whole, its schema would hide the difference. */
const inWords = ({ contract, ...rest }: Outgoing) => ({ type: contract.type, ...rest });

/**
 * Names what is wrong with messages by their own contracts, one text for each problem. `tx.send` refuses such a message, which
 * is too late: the message that caused it can then never be handled.
 */
export const misfits = (messages: readonly Outgoing[]): string[] =>
  messages.flatMap((message) => {
    if (message.do === 'unschedule') return [];
    const { error } = message.contract.schema.safeParse(message.payload);
    return (error?.issues ?? []).map(({ path, message: rule }) => `${message.contract.type}: ${path.join('.')}: ${rule}`);
  });

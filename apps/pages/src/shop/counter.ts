import { type ProblemBody, Refused, Unanswered } from '../shared/ask.ts';
import { type Keeper, type Kept, kept } from '../shared/kept.ts';
import { againAfterMs } from '../shared/patience.ts';
import type { Order, OrderRequest } from './api.ts';
import { added, type Basket, isBasket, without } from './basket.ts';

/**
 * An order that was asked for and has no answer yet. It is written down before it is sent, with its key: after a lost answer, a
 * reload or a crash of the browser the same request is sent with the same key, and it is one order.
 */
export interface Attempt {
  readonly key: string;
  readonly request: OrderRequest;
  readonly since: number;
}

/** How it is with the attempt of a currency. */
export type Progress =
  | { readonly phase: 'sending' }
  | { readonly phase: 'waiting'; readonly problem?: ProblemBody }
  | { readonly phase: 'refused'; readonly problem: ProblemBody }
  | { readonly phase: 'placed'; readonly id: string }
  /** Too old to be sent again: the service forgets a key after a day, and it would become a second order. */
  | { readonly phase: 'unknown' };

/** By currency: an order has one. */
export type Attempts = Readonly<Record<string, Attempt>>;
export type AllProgress = Readonly<Record<string, Progress>>;

/** Less than the day for which the order service keeps a key. */
const KEY_IS_GOOD_FOR = 20 * 3_600_000;

export interface Counter {
  readonly basket: Kept<Basket>;
  readonly attempts: Kept<Attempts>;
  readonly progress: { readonly read: () => AllProgress; readonly subscribe: (changed: () => void) => () => void };
  /** Takes what is ordered out of the basket and sends it. A second call while the first has no answer changes nothing. */
  readonly place: (request: OrderRequest) => void;
  /** Sends what an earlier page has left without an answer. */
  readonly resume: () => void;
  /** Forgets an outcome that was read. */
  readonly dismiss: (currency: string) => void;
}

interface Around {
  readonly keeper: Keeper;
  readonly send: (request: OrderRequest, key: string) => Promise<Order>;
  /** Whether it is an order of the person who sits here now. */
  readonly isMine: (request: OrderRequest) => boolean;
  readonly newKey: () => string;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

const isAttempts = (value: unknown): value is Attempts =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((each: unknown) => typeof (each as Attempt)?.key === 'string' && Boolean((each as Attempt).request));

/** Where orders are placed: the basket, what is under way, and what became of it. */
export function makeCounter({ keeper, send, isMine, newKey, now, wait }: Around): Counter {
  const basket = kept<Basket>('waybill.basket', {}, isBasket, keeper);
  const attempts = kept<Attempts>('waybill.attempts', {}, isAttempts, keeper);
  const listeners = new Set<() => void>();
  let all: AllProgress = {};
  const tell = (currency: string, progress: Progress | undefined) => {
    const { [currency]: _before, ...others } = all;
    all = progress ? { ...others, [currency]: progress } : others;
    for (const changed of listeners) changed();
  };
  const inHand = new Set<string>();

  /** Whether it was still there: another tab may have had the answer first. */
  function settle(currency: string, key: string): boolean {
    const { [currency]: mine, ...others } = attempts.read();
    if (mine?.key !== key) return false;
    attempts.write(others);
    return true;
  }

  async function see(currency: string, attempt: Attempt): Promise<void> {
    if (inHand.has(attempt.key)) return;
    inHand.add(attempt.key);
    for (let tries = 1; ; tries += 1) {
      if (now() - attempt.since > KEY_IS_GOOD_FOR) {
        settle(currency, attempt.key);
        return tell(currency, { phase: 'unknown' });
      }
      if (tries === 1) tell(currency, { phase: 'sending' });
      try {
        const { id } = await send(attempt.request, attempt.key);
        settle(currency, attempt.key);
        return tell(currency, { phase: 'placed', id });
      } catch (error) {
        // Only a service that says no has placed nothing. After all else it may have, and the same key must be asked for again.
        const refused = error instanceof Refused ? error : undefined;
        const ms = againAfterMs(refused ?? new Unanswered(), tries, Math.random());
        if (refused && ms === undefined) {
          if (settle(currency, attempt.key)) basket.write(putBack(basket.read(), attempt.request));
          return tell(currency, { phase: 'refused', problem: refused.problem });
        }
        tell(currency, { phase: 'waiting', ...(refused && { problem: refused.problem }) });
        await wait(ms ?? 0);
      }
    }
  }

  return {
    basket,
    attempts,
    progress: {
      read: () => all,
      subscribe: (changed) => (listeners.add(changed), () => void listeners.delete(changed)),
    },
    place: (request) => {
      const before = attempts.read()[request.currency];
      const attempt = before ?? { key: newKey(), request, since: now() };
      if (!before) {
        attempts.write({ ...attempts.read(), [request.currency]: attempt });
        basket.write(
          without(
            basket.read(),
            request.lines.map(({ sku }) => sku),
          ),
        );
      }
      void see(request.currency, attempt);
    },
    resume: () => {
      for (const [currency, attempt] of Object.entries(attempts.read())) if (isMine(attempt.request)) void see(currency, attempt);
    },
    dismiss: (currency) => tell(currency, undefined),
  };
}

const putBack = (basket: Basket, { lines }: OrderRequest): Basket =>
  lines.reduce((before, { sku, quantity }) => added(before, sku, quantity), basket);

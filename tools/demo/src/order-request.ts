export interface Product {
  readonly sku: string;
  readonly currency: string;
}

/** An order as it is sent, whether it is sent a second time with the same key, and when its customer thinks better of it. */
export interface OrderRequest {
  readonly key: string;
  readonly twice: 'no' | 'at the same time' | 'afterwards';
  readonly cancel: 'no' | 'at once' | 'when it is confirmed' | { readonly afterMs: number };
  readonly body: {
    readonly customerId: string;
    readonly email: string;
    readonly currency: string;
    readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
    readonly paymentMethod: string;
  };
}

const CURRENCY = 'EUR';

// Of every twenty orders the provider declines two and leaves two without an answer; the customers cancel two, and send one twice.
const METHODS: Readonly<Record<number, string>> = {
  3: 'pm_declined',
  13: 'pm_declined',
  6: 'pm_timeout_charged',
  16: 'pm_timeout_not_charged',
};
const CANCELS: Readonly<Record<number, OrderRequest['cancel']>> = { 8: 'when it is confirmed', 18: 'at once' };

/** The nth order of a run. The same n gives the same order. */
export function orderRequest(run: string, n: number, products: readonly Product[]): OrderRequest {
  const priced = products.filter(({ currency }) => currency === CURRENCY);
  const line = (offset: number) => ({ sku: priced[(n + offset) % priced.length]!.sku, quantity: 1 + (n % 3) });
  const customerId = `${run}-${n}`;
  return {
    key: `key-${customerId}`,
    twice: n % 20 !== 4 ? 'no' : n % 40 === 4 ? 'at the same time' : 'afterwards',
    cancel: CANCELS[n % 20] ?? 'no',
    body: {
      customerId,
      email: `${customerId}@example.com`,
      currency: CURRENCY,
      lines: n % 4 === 0 ? [line(0), line(1)] : [line(0)],
      paymentMethod: METHODS[n % 20] ?? 'pm_ok',
    },
  };
}

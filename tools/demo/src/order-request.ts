export interface Product {
  readonly sku: string;
  readonly currency: string;
}

/** An order as it is sent, and whether it is sent a second time with the same key. */
export interface OrderRequest {
  readonly key: string;
  readonly twice: 'no' | 'at the same time' | 'afterwards';
  readonly body: {
    readonly customerId: string;
    readonly email: string;
    readonly currency: string;
    readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
    readonly paymentMethod: string;
  };
}

const CURRENCY = 'EUR';

/** The nth order of a run: every tenth is declined, every twentieth is sent twice. The same n gives the same order. */
export function orderRequest(run: string, n: number, products: readonly Product[]): OrderRequest {
  const priced = products.filter(({ currency }) => currency === CURRENCY);
  const line = (offset: number) => ({ sku: priced[(n + offset) % priced.length]!.sku, quantity: 1 + (n % 3) });
  const customerId = `${run}-${n}`;
  return {
    key: `key-${customerId}`,
    twice: n % 20 !== 4 ? 'no' : n % 40 === 4 ? 'at the same time' : 'afterwards',
    body: {
      customerId,
      email: `${customerId}@example.com`,
      currency: CURRENCY,
      lines: n % 4 === 0 ? [line(0), line(1)] : [line(0)],
      paymentMethod: n % 10 === 3 ? 'pm_declined' : 'pm_ok',
    },
  };
}

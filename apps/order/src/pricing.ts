import { minorUnits } from '@waybill/contracts';

export interface Price {
  readonly sku: string;
  readonly name: string;
  readonly unitPrice: number;
  readonly currency: string;
}

export interface PricedLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

export type Pricing =
  { readonly lines: PricedLine[]; readonly total: number } | { readonly errors: { path: string; message: string }[] };

/** What the lines cost by the price list, or which of them cannot be sold. Prices never come from the client. */
export function priceLines(
  lines: readonly { sku: string; quantity: number }[],
  currency: string,
  priceList: readonly Price[],
): Pricing {
  const prices = new Map(priceList.map((price) => [price.sku, price]));
  const priced: PricedLine[] = [];
  const errors: { path: string; message: string }[] = [];

  lines.forEach(({ sku, quantity }, index) => {
    const price = prices.get(sku);
    if (!price) errors.push({ path: `lines.${index}.sku`, message: 'is not in the price list: see GET /api/products' });
    else if (price.currency !== currency)
      errors.push({ path: `lines.${index}.sku`, message: `is sold in ${price.currency}, not in ${currency}` });
    else priced.push({ sku, name: price.name, quantity, unitPrice: price.unitPrice });
  });

  const total = priced.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
  if (errors.length === 0 && !minorUnits.safeParse(total).success)
    errors.push({ path: 'lines', message: 'cost more than one order may' });
  return errors.length > 0 ? { errors } : { lines: priced, total };
}

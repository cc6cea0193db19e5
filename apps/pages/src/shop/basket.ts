import type { Product } from './api.ts';

/** Quantities by sku. */
export type Basket = Readonly<Record<string, number>>;

export const isBasket = (value: unknown): value is Basket =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((quantity) => Number.isInteger(quantity) && Number(quantity) > 0);

/** What an order takes of one thing. */
export const MOST = 1_000;

/** None of it takes it out. */
export function withQuantity(basket: Basket, sku: string, quantity: number): Basket {
  const { [sku]: _before, ...others } = basket;
  const kept = Math.min(MOST, Math.trunc(quantity));
  return kept > 0 ? { ...others, [sku]: kept } : others;
}

export const added = (basket: Basket, sku: string, more: number): Basket => withQuantity(basket, sku, (basket[sku] ?? 0) + more);

export const without = (basket: Basket, skus: readonly string[]): Basket =>
  Object.fromEntries(Object.entries(basket).filter(([sku]) => !skus.includes(sku)));

export const pieces = (basket: Basket): number => Object.values(basket).reduce((sum, quantity) => sum + quantity, 0);

export interface BasketLine {
  readonly product: Product;
  readonly quantity: number;
}
/** What becomes one order: an order has one currency. */
export interface Parcel {
  readonly currency: string;
  readonly lines: readonly BasketLine[];
  readonly total: number;
}

/** The basket by currency, in the order of the price list. What is no longer sold is left out. */
export function parcels(basket: Basket, products: readonly Product[]): Parcel[] {
  const lines = products.flatMap((product) => {
    const quantity = basket[product.sku];
    return quantity ? [{ product, quantity }] : [];
  });
  return [...new Set(lines.map(({ product }) => product.currency))].map((currency) => {
    const own = lines.filter(({ product }) => product.currency === currency);
    return { currency, lines: own, total: own.reduce((sum, { product, quantity }) => sum + product.unitPrice * quantity, 0) };
  });
}

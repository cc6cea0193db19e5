import type { Key } from './words.en.ts';
import { en } from './words.en.ts';
import type { Say } from '../shared/words.ts';

/** The price list has English names. What it has that the words do not know keeps its name. */
export const nameOf = ({ sku, name }: { readonly sku: string; readonly name: string }, say: Say<Key>): string => {
  const key = `product.${sku}`;
  return key in en ? say(key as Key) : name;
};

/** The end of an id, for people: what comes before is the time. */
export const numberOf = (id: string): string => id.slice(-6).toUpperCase();

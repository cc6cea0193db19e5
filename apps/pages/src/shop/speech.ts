import { tagOf } from '../shared/language.ts';
import { speech } from '../shared/words.ts';
import { money } from './money.ts';
import type { Key } from './words.en.ts';

const [provider, use] = speech<Key>();
export const SpeechProvider = provider;

/** The words of the shop, with its ways to write money and times. */
export function useSpeech() {
  const spoken = use();
  const tag = tagOf(spoken.language);
  return {
    ...spoken,
    price: (minorUnits: number, currency: string) => money(minorUnits, currency, tag),
    time: (at: string) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at)),
  };
}

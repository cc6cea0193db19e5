import { createContext, useContext } from 'react';
import type { Language } from './language.ts';

/** The words of a page by key. A word may have holes: `{count} orders`. */
export type Words = Readonly<Record<string, string>>;

/** `say('orders', { count: 3 })`. A key that the English file lacks does not compile. */
export type Say<Key extends string = string> = (key: Key, holes?: Readonly<Record<string, string | number>>) => string;

/** Fills the holes of a word. A hole without a value stays visible: the spec of the words finds it. */
export const filled = (word: string, holes: Readonly<Record<string, string | number>> = {}): string =>
  word.replaceAll(/\{(\w+)\}/g, (hole, name: string) => String(holes[name] ?? hole));

export const sayIn =
  <W extends Words>(words: W): Say<keyof W & string> =>
  (key, holes) =>
    filled(words[key]!, holes);

/** The holes of a word, for the spec that both languages have the same ones. */
export const holesOf = (word: string): string[] => [...word.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort();

/** What two files of words differ in: keys, holes, and words left empty. */
export function differences(one: Words, other: Words): string[] {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.flatMap((key) => {
    const [mine, theirs] = [one[key], other[key]];
    if (!mine?.trim() || !theirs?.trim()) return [`${key} is missing or empty`];
    return holesOf(mine).join() === holesOf(theirs).join() ? [] : [`${key} has other holes`];
  });
}

/** What a page's parts ask for: its words in the language that is shown, and the way to another one. */
export interface Speech<Key extends string = string> {
  readonly say: Say<Key>;
  readonly language: Language;
  readonly speak: (language: Language) => void;
}

/** Each page makes the hook of its own words once: `const [SpeechProvider, useSpeech] = speech<keyof typeof en>()`. */
export function speech<Key extends string>() {
  const context = createContext<Speech<Key> | null>(null);
  const useSpeech = (): Speech<Key> => {
    const found = useContext(context);
    if (!found) throw new Error('The page has no words: wrap it in its SpeechProvider.');
    return found;
  };
  return [context.Provider, useSpeech] as const;
}

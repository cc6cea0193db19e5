/**
 * What a text is found by. Chinese has no spaces: each pair of neighbouring letters is a term there, of what is searched and of
 * what is typed alike, so that both sides agree without a dictionary.
 */
export function termsOf(text: string): string[] {
  return (text.toLowerCase().match(/\p{Script=Han}+|[\p{L}\p{N}_]+/gu) ?? []).flatMap((run) => {
    if (!/\p{Script=Han}/u.test(run)) return [run];
    const letters = [...run];
    return letters.length === 1 ? letters : letters.slice(1).map((letter, index) => letters[index]! + letter);
  });
}

/** A heading with what is said below it, as the site's search.json holds it. */
export interface Part {
  readonly address: string;
  readonly page: string;
  readonly heading: string;
  readonly text: string;
}

/** Some words of the text around the first term that is in it. */
export function excerpt(text: string, terms: readonly string[], length = 160): string {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((at) => at >= 0);
  const start = Math.max(0, Math.min(...places, text.length) - length / 3);
  if (places.length === 0) return text.slice(0, length);
  return `${start > 0 ? '… ' : ''}${text.slice(start, start + length)}${start + length < text.length ? ' …' : ''}`;
}

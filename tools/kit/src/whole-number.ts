/** What stands behind an option, as a whole number from 1 to `most`. Throws a sentence for the person who typed it. */
export function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new Error(`${option} ${text}: give a whole number from 1 to ${most}.`);
}

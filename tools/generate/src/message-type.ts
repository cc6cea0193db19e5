/** A message's name in its parts: `shipment.cancel-requested.v2`. */
export interface MessageType {
  readonly type: string;
  /** What it is about: `shipment`. */
  readonly thing: string;
  /** What happened to it, or what shall be done: `cancel-requested`. */
  readonly rest: string;
  readonly version: number;
}

const TYPE = /^([a-z]+)\.([a-z]+(?:-[a-z]+)*)\.v([1-9]\d*)$/;

/** @throws with a sentence for the person who typed it. */
export function readType(type: string): MessageType {
  const [, thing, rest, version] = TYPE.exec(type) ?? [];
  if (!thing || !rest)
    throw new Error(
      `${type} is not a message's name: write what it is about, what happens, and the version, such as shipment.created.v1.`,
    );
  return { type, thing, rest, version: Number(version) };
}

const words = (text: string) => text.split(/[.-]/);
export const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** `CancelRequested` */
export const pascal = (text: string) => words(text).map(capital).join('');
/** `cancelRequested` */
export const camel = (text: string) => words(text)[0]! + pascal(words(text).slice(1).join('-'));
/** The name of a contract in code. A later version carries it in its name, because the first one stays beside it. */
export const contractName = ({ thing, rest, version }: MessageType) =>
  camel(`${thing}.${rest}`) + (version === 1 ? '' : `V${version}`);

/** Of a regular English word. */
export function plural(word: string): string {
  if (/(s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

import { parseDuration } from './durations.ts';

const LINE_OF = (name: string) => {
  const escaped = name.replaceAll('.', '\\.');
  return {
    // `name: 3_000,`, `const NAME = 1 * 2;`, `name = '24 hours'` and `name: setting('VARIABLE', ... .default(5_000)),`
    code: new RegExp(
      `(?:(?<![\\w.])|this\\.)${escaped}\\s*[:=]\\s*(setting\\([\\s\\S]*?\\.default\\(([^)]*)\\)|[^,;}\\n]+)`,
      'g',
    ),
    // `SET name = '8s'`, `name = 10`, `name.ms=2000`, `name 10s;`, `name: 5s`
    settings: new RegExp(`(?:^|\\s)${escaped}(?:\\s*=\\s*|:?\\s+)'?([^\\s';]+)`, 'gm'),
  };
};

/**
 * How long something lasts that a file sets by this name, in milliseconds: what stands in the configuration itself, read
 * as text, so that nothing has to be started or imported. `valueOf` knows the other names that an expression may use.
 * @throws with a sentence when the name is not there, or stands there twice with different values.
 */
export function configured(file: { path: string; text: string }, name: string, valueOf: (name: string) => number): number {
  const code = file.path.endsWith('.ts');
  const texts = code ? inCode(file.text, name) : inSettings(file.text, name);
  const values = new Set(texts.map((text) => (code ? evaluate(text, name, valueOf) : settingValue(text, name))));
  if (values.size === 0) throw new Error(`${file.path} sets no ${name}`);
  if (values.size > 1) throw new Error(`${file.path} sets ${name} to ${[...values].join(' ms and to ')} ms`);
  return [...values][0]!;
}

const inCode = (text: string, name: string) =>
  [...text.matchAll(LINE_OF(name).code)].map((match) => (match[2] ?? match[1]!).trim()).filter((value) => /[\d_]/.test(value));

const inSettings = (text: string, name: string) =>
  [...text.replaceAll(/^\s*(?:#|--).*$/gm, '').matchAll(LINE_OF(name).settings)].map((match) => match[1]!);

/** A sum of products of numbers and names, or a length of time in quotes. */
function evaluate(text: string, name: string, valueOf: (name: string) => number): number {
  const quoted = /^'([^']*)'$/.exec(text);
  if (quoted) return parseDuration(quoted[1]!) ?? fail(name, text);
  const factor = (word: string) => {
    if (/^[\d_.]+$/.test(word)) return Number(word.replaceAll('_', ''));
    return /^[\w.]+$/.test(word) ? valueOf(word.split('.').at(-1)!) : fail(name, text);
  };
  const product = (words: string) => words.split('*').reduce((result, word) => result * factor(word.trim()), 1);
  return text.split('+').reduce((sum, words) => sum + product(words), 0) * unitOf(name);
}

/** PostgreSQL and nginx write the unit behind the number, Kafka and RabbitMQ into the name or nowhere. */
function settingValue(text: string, name: string): number {
  return parseDuration(text) ?? (/^\d+$/.test(text) ? Number(text) * unitOf(name) : fail(name, text));
}

/** What a number without a unit counts. */
function unitOf(name: string): number {
  if (name.endsWith('Days')) return 86_400_000;
  if (name.endsWith('.hours')) return 3_600_000;
  return name === 'heartbeat' ? 1_000 : 1;
}

function fail(name: string, text: string): never {
  throw new Error(`${name} is ${text}, which cannot be read as a length of time`);
}

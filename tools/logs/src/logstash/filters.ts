import { createHash } from 'node:crypto';
import { fill, get, has, remove, set, tag, type Event } from './event.ts';
import type { Value } from './syntax.ts';

type Settings = Readonly<Record<string, Value>>;
type Pairs = Readonly<Record<string, string>>;

interface Filter {
  /** The options that it knows. Any other is refused: it would be passed over here, and do something in Logstash. */
  readonly options: readonly string[];
  /** False when the event is dropped. */
  readonly run: (event: Event, settings: Settings) => void | false;
}

/** The filter plugins that the pipeline uses, each with the options that it uses, as their documentation has them. */
export const FILTERS: Readonly<Record<string, Filter>> = {
  drop: { options: [], run: () => false },

  json: {
    options: ['source', 'target', 'skip_on_invalid_json'],
    run: (event, { source, target }) => {
      try {
        set(event, target as string, JSON.parse(get(event, source as string) as string));
      } catch {
        // skip_on_invalid_json: the event goes on as it came
      }
    },
  },

  date: {
    options: ['match', 'target', 'remove_field'],
    run: (event, { match, target, remove_field: fields }) => {
      const [field, format] = match as [string, string];
      if (format !== 'ISO8601') throw new Error(`date: the format ${format} is not known here`);
      const text = get(event, field);
      if (text === undefined) return;
      const time = new Date(text as string);
      if (Number.isNaN(time.getTime())) return tag(event, '_dateparsefailure');
      set(event, target as string, time.toISOString());
      for (const each of (fields ?? []) as string[]) remove(event, each);
    },
  },

  // Whatever the order in the file, Logstash works through a mutate in this one.
  mutate: {
    options: ['rename', 'replace', 'convert', 'gsub', 'lowercase', 'remove_field'],
    run: (event, { rename = {}, replace = {}, convert = {}, gsub = [], lowercase = [], remove_field: fields = [] }) => {
      for (const [from, to] of Object.entries(rename as Pairs)) if (has(event, from)) set(event, to, remove(event, from));
      for (const [field, text] of Object.entries(replace as Pairs)) set(event, field, fill(event, text));
      for (const [field, type] of Object.entries(convert as Pairs)) {
        if (type !== 'integer') throw new Error(`mutate: convert to ${type} is not known here`);
        if (has(event, field)) set(event, field, Number.parseInt(String(get(event, field)), 10));
      }
      for (const [field, pattern, text] of threes(gsub as string[])) {
        const value = get(event, field);
        if (typeof value === 'string')
          set(
            event,
            field,
            value.replaceAll(new RegExp(pattern, 'g'), () => text),
          );
      }
      for (const field of lowercase as string[]) {
        const value = get(event, field);
        if (typeof value === 'string') set(event, field, value.toLowerCase());
      }
      for (const field of fields as string[]) remove(event, field);
    },
  },

  dissect: {
    options: ['mapping'],
    run: (event, { mapping }) => {
      for (const [field, pattern] of Object.entries(mapping as Pairs)) {
        const value = get(event, field);
        if (typeof value !== 'string') continue;
        const parts = dissect(value, pattern);
        if (!parts) tag(event, '_dissectfailure');
        for (const [name, part] of parts ?? []) if (name !== '') set(event, name, part);
      }
    },
  },

  grok: {
    options: ['match', 'tag_on_failure'],
    run: (event, { match, tag_on_failure: tags }) => {
      if (!Array.isArray(tags) || tags.length > 0) throw new Error('grok: only tag_on_failure => [] is known here');
      for (const [field, patterns] of Object.entries(match as Record<string, string | string[]>)) {
        const value = get(event, field);
        if (typeof value !== 'string') continue;
        for (const pattern of [patterns].flat()) {
          const names: string[] = [];
          const found = new RegExp(withPatterns(pattern, names)).exec(value);
          if (!found) continue;
          names.forEach((name, index) => set(event, name, found[index + 1]));
          break;
        }
      }
    },
  },

  fingerprint: {
    options: ['source', 'concatenate_sources', 'method', 'target'],
    run: (event, { source, concatenate_sources: all, method, target }) => {
      if (all !== 'true' || method !== 'SHA256') throw new Error('fingerprint: only SHA256 over all sources is known here');
      const text = (source as string[]).map((field) => `|${field}|${String(get(event, field))}`).join('');
      set(event, target as string, createHash('sha256').update(`${text}|`).digest('hex'));
    },
  },

  // Of the top level alone, as in Logstash; `@metadata` is none of its business.
  prune: {
    options: ['whitelist_names'],
    run: (event, { whitelist_names: names }) => {
      const kept = (names as string[]).map((name) => new RegExp(name));
      for (const field of Object.keys(event))
        if (field !== '@metadata' && !kept.some((name) => name.test(field))) delete event[field];
    },
  },
};

const threes = (list: readonly string[]): [string, string, string][] =>
  Array.from({ length: list.length / 3 }, (_, index) => list.slice(3 * index, 3 * index + 3) as [string, string, string]);

/** Delimiters are looked for one after the other; the text between two goes to the field between them. */
function dissect(value: string, pattern: string): [string, string][] | undefined {
  const [before = '', ...rest] = pattern.split('%{');
  if (!value.startsWith(before)) return undefined;
  const parts: [string, string][] = [];
  let at = before.length;
  for (const each of rest) {
    const [name, delimiter] = each.split('}') as [string, string];
    const end = delimiter === '' ? value.length : value.indexOf(delimiter, at);
    if (end < 0) return undefined;
    parts.push([name, value.slice(at, end)]);
    at = end + delimiter.length;
  }
  return parts;
}

const GROK: Readonly<Record<string, string>> = { UUID: '[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}' };

/** `%{UUID:[labels][order_id]}` becomes a group; the names of the groups are put into `names`. */
const withPatterns = (pattern: string, names: string[]): string =>
  pattern.replaceAll(/%\{(\w+):([^}]+)\}/g, (_, known: string, name: string) => {
    const expression = GROK[known];
    if (!expression) throw new Error(`grok: the pattern ${known} is not known here`);
    names.push(name);
    return `(${expression})`;
  });

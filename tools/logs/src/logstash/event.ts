/** One line on its way through the pipeline. `[@metadata][...]` is a part of it that no output writes. */
export type Event = Record<string, unknown>;

const namesOf = (reference: string): string[] =>
  reference.startsWith('[') ? [...reference.matchAll(/\[([^\][]+)\]/g)].map(([, name]) => name!) : [reference];

const isObject = (value: unknown): value is Event => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a field reference (`message`, `[log][offset]`) leads to, if anything. */
export const get = (event: Event, reference: string): unknown =>
  namesOf(reference).reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), event);

export const has = (event: Event, reference: string): boolean => get(event, reference) !== undefined;

/** Sets the field; objects on the way to it are made. */
export function set(event: Event, reference: string, value: unknown): void {
  const names = namesOf(reference);
  let at = event;
  for (const name of names.slice(0, -1)) {
    if (!isObject(at[name])) at[name] = {};
    at = at[name] as Event;
  }
  at[names.at(-1)!] = value;
}

/** Takes the field out and gives what it held. */
export function remove(event: Event, reference: string): unknown {
  const names = namesOf(reference);
  const parent = names.slice(0, -1).reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), event);
  if (!isObject(parent)) return undefined;
  const value = parent[names.at(-1)!];
  delete parent[names.at(-1)!];
  return value;
}

/** `%{[a][b]}` and `%{a}` in a text. A field that is not there leaves its reference standing, as in Logstash. */
export const fill = (event: Event, text: string): string =>
  text.replaceAll(/%\{([^}]+)\}/g, (whole, reference: string) => {
    const value = get(event, reference);
    return value === undefined ? whole : isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
  });

export function tag(event: Event, name: string): void {
  event['tags'] = [...((event['tags'] as string[] | undefined) ?? []), name];
}

import type { JsonSchema } from './breaking-changes.js';

/**
 * What a message of the new schema may say that a reader of the old one refuses, one text each: the services that handle it are to be
 * upgraded before those that send it. None means that the order does not matter. For changes that `breakingChanges` lets through.
 */
export function readersFirst(before: JsonSchema, after: JsonSchema, path = 'payload'): string[] {
  const [old, now] = [before.properties ?? {}, after.properties ?? {}];
  return [
    ...(before.type === after.type ? [] : [`${path} may have a fraction`]),
    ...Object.entries(now).flatMap(([name, schema]) =>
      // The schemas are strict: a field that a reader does not know makes the message one that it cannot read.
      old[name] ? readersFirst(old[name], schema, `${path}.${name}`) : [`${path}.${name} is new`],
    ),
    ...(before.items && after.items ? readersFirst(before.items, after.items, `${path}[]`) : []),
    ...moreValues(before, after, path),
    ...moreOfTheRest(before, after, path),
    ...LIMITS.filter((name) => before[name] !== undefined && before[name] !== after[name]).map(
      (name) => `${path}: ${name} was ${String(before[name])} and becomes ${String(after[name] ?? 'open')}`,
    ),
  ];
}

const LIMITS = [
  'minimum',
  'exclusiveMinimum',
  'minLength',
  'minItems',
  'maximum',
  'exclusiveMaximum',
  'maxLength',
  'maxItems',
  'pattern',
  'format',
  'const',
  'multipleOf',
  'uniqueItems',
];

function moreValues(before: JsonSchema, after: JsonSchema, path: string): string[] {
  if (!before.enum) return [];
  if (!after.enum) return [`${path} may be anything`];
  return after.enum.filter((value) => !before.enum!.includes(value)).map((value) => `${path} may be ${JSON.stringify(value)}`);
}

/** Fields that a schema does not name: a strict reader refuses each of them. */
function moreOfTheRest(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const [old = true, now = true] = [before.additionalProperties, after.additionalProperties] as (
    boolean | JsonSchema | undefined
  )[];
  if (before.type !== 'object' || old === true || now === false) return [];
  if (old === false) return [`${path} may have fields that it does not name`];
  return readersFirst(old, now === true ? {} : now, `${path}.*`);
}

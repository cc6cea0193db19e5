/** The parts of JSON Schema that our contracts use. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly [limit: string]: unknown;
}

/**
 * What a change of a published schema would break, one text per break; none means that it may be made.
 *
 * Messages of the old shape are still on the way, parked, or in a topic that is read again. So valid messages must stay valid,
 * and each required field must stay, because readers count on it. You may add an optional field, and widen a limit.
 */
export function breakingChanges(before: JsonSchema, after: JsonSchema, path = 'payload'): string[] {
  if (before.type !== after.type) {
    const widened = before.type === 'integer' && after.type === 'number';
    if (!widened) return [`${path} was ${before.type ?? 'anything'} and becomes ${after.type ?? 'anything'}`];
  }
  return [
    ...fieldChanges(before, after, path),
    ...(before.items && after.items ? breakingChanges(before.items, after.items, `${path}[]`) : []),
    ...narrowedValues(before, after, path),
    ...narrowedRest(before, after, path),
    ...narrowedLimits(before, after, path),
  ];
}

function fieldChanges(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const [old, now] = [before.properties ?? {}, after.properties ?? {}];
  const wasRequired = (name: string) => before.required?.includes(name) ?? false;
  const isRequired = (name: string) => after.required?.includes(name) ?? false;
  return [
    ...Object.keys(old).flatMap((name) => {
      const changed = now[name];
      if (!changed) return [`${path}.${name} is gone (or has another name)`];
      if (wasRequired(name) && !isRequired(name)) return [`${path}.${name} is no longer required, but handlers count on it`];
      if (!wasRequired(name) && isRequired(name))
        return [`${path}.${name} becomes required, but messages without it are on their way`];
      return breakingChanges(old[name]!, changed, `${path}.${name}`);
    }),
    ...Object.keys(now)
      .filter((name) => !(name in old) && isRequired(name))
      .map((name) => `${path}.${name} is new and required, but messages without it are on their way`),
  ];
}

function narrowedValues(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (!now) return [];
  if (!old) return [`${path} becomes one of ${JSON.stringify(now)}`];
  return old.filter((value) => !now.includes(value)).map((value) => `${path} no longer takes ${JSON.stringify(value)}`);
}

/** The values that a schema names. A constant is a list of one. */
const valuesOf = ({ enum: values, const: constant }: JsonSchema) => values ?? (constant === undefined ? undefined : [constant]);

/** Fields that a schema does not name: those of a record, or of an object that takes whatever comes. */
function narrowedRest(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const [old = true, now = true] = [before.additionalProperties, after.additionalProperties] as (
    boolean | JsonSchema | undefined
  )[];
  if (before.type !== 'object' || old === false || now === true) return [];
  if (now === false) return [`${path} no longer takes fields that it does not name`];
  return breakingChanges(old === true ? {} : old, now, `${path}.*`);
}

const LOWER_LIMITS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const UPPER_LIMITS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];
/** No program can compute whether a new pattern takes all that the old one took, so any change of these counts. */
const OPAQUE = ['pattern', 'format', 'multipleOf', 'uniqueItems', 'anyOf', 'oneOf', 'allOf', 'prefixItems', 'propertyNames'];

function narrowedLimits(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const limit = (schema: JsonSchema, name: string) => schema[name] as number | undefined;
  const tighter = (name: string, isTighter: (old: number, now: number) => boolean) => {
    const [old, now] = [limit(before, name), limit(after, name)];
    return now !== undefined && (old === undefined || isTighter(old, now))
      ? [`${path}: ${name} was ${old ?? 'open'} and becomes ${now}`]
      : [];
  };
  return [
    ...LOWER_LIMITS.flatMap((name) => tighter(name, (old, now) => now > old)),
    ...UPPER_LIMITS.flatMap((name) => tighter(name, (old, now) => now < old)),
    ...OPAQUE.filter((name) => after[name] !== undefined && JSON.stringify(before[name]) !== JSON.stringify(after[name])).map(
      (name) => `${path}: ${name} changes`,
    ),
  ];
}

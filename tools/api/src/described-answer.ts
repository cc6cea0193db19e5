import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Operation } from './operations.ts';

interface Response {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, object>>;
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Response>> }>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Response>> };
}

/** Holds an answer against what the document says of this operation: one text for each difference. */
export type Differences = (operation: Operation, answer: globalThis.Response) => Promise<string[]>;

export function differencesFrom(document: Document): Differences {
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true })).addSchema(document, 'api');
  const compiled = new Map<object, ValidateFunction>();
  const validatorOf = (schema: object): ValidateFunction => {
    const known = compiled.get(schema) ?? ajv.compile(absolute(schema));
    compiled.set(schema, known);
    return known;
  };

  const responseOf = (operation: Operation, status: number): Response | undefined => {
    const [method, path] = operation.split(' ');
    const responses = document.paths[path!]?.[method!.toLowerCase()]?.responses;
    // What falls under `default` is a problem, never a success.
    const found = responses?.[status] ?? (status >= 400 ? responses?.['default'] : undefined);
    return found?.$ref ? document.components.responses[found.$ref.split('/').at(-1)!] : found;
  };

  return async (operation, answer) => {
    const described = responseOf(operation, answer.status);
    if (!described) return [`${answer.status} is not described`];

    const type = answer.headers.get('content-type')?.split(';')[0] ?? 'no content type';
    const schema = described.content[type]?.schema;
    if (!schema) return [`${type} is not described for ${answer.status}`];

    const matches = validatorOf(schema);
    return [
      ...(matches(await answer.json()) ? [] : [`${answer.status}: ${ajv.errorsText(matches.errors)}`]),
      ...Object.keys(described.headers ?? {})
        .filter((name) => !answer.headers.has(name))
        .map((name) => `${answer.status} lacks the header ${name}`),
    ];
  };
}

/** A schema of the document that can stand outside it. */
const absolute = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')) as object;

import { z } from 'zod';

export interface JsonSchema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/**
 * Zod's schemas as OpenAPI 3.1 takes them (JSON Schema 2020-12). A schema with an id (`.meta({ id })`) is kept once, among the
 * components.
 */
export class OpenApiSchemas {
  readonly components: Record<string, JsonSchema> = {};

  /** What a client sends. */
  input = (schema: z.ZodType): JsonSchema => this.#convert(schema, 'input');

  /** What a client is answered. */
  output = (schema: z.ZodType): JsonSchema => this.#convert(schema, 'output');

  #convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    // Zod refers to a schema with an id wherever it stands, but at the root: so it does not stand there.
    const { properties, $defs } = z.toJSONSchema(z.object({ it: schema }), {
      io,
      override: ({ jsonSchema }) => {
        delete jsonSchema['id'];
        // The pattern of a date is a screenful, and its format says the same. Not so an address: its format takes more than we do.
        if (jsonSchema.format && jsonSchema.format !== 'email') delete jsonSchema.pattern;
        // An integer without a limit gets JavaScript's.
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      },
    });
    Object.assign(this.components, inComponents($defs ?? {}));
    return inComponents(properties!['it']) as JsonSchema;
  }
}

const inComponents = (schema: unknown): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as object;

import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Problem, type FieldError } from './problem.js';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  /** Zod reports all unknown keys of an object as one issue. */
  readonly keys?: readonly string[];
}

/** Checks what `@Body({ schema })`, `@Query({ schema })` and the like declare, and names every wrong field at once. */
export const validationPipe = () => new StandardSchemaValidationPipe({ exceptionFactory: invalid });

/** The answer to a request whose fields are wrong. */
export const invalid = (issues: readonly Issue[]): Problem =>
  new Problem(400, 'The request is not valid: see errors.', { errors: issues.flatMap(fieldErrors) });

function fieldErrors({ message, path = [], keys }: Issue): FieldError[] {
  const names = path.map((part) => String(typeof part === 'object' ? part.key : part));
  if (keys) return keys.map((key) => ({ path: [...names, key].join('.'), message: 'is not a known field' }));
  return [{ path: names.join('.'), message }];
}

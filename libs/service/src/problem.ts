import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

const fieldError = z.object({
  path: z.string().meta({ description: 'Which field or header.' }),
  message: z.string().meta({ description: 'Which rule it breaks.' }),
});
/** One wrong field of a request: where (`lines.0.quantity`) and which rule. */
export type FieldError = Readonly<z.output<typeof fieldError>>;

/** The body of every error answer (RFC 9457). */
export const problemBody = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().meta({ description: 'The name of the status.' }),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What could not be done, and what to do.' }),
    traceId: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional()
      .meta({ description: 'Names the request in our logs and traces.' }),
    errors: z.array(fieldError).optional().meta({ description: 'Every wrong field of the request.' }),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457).' });

/**
 * A route throws it to answer with an error. It becomes an `application/problem+json` body (RFC 9457). The client's developers
 * read `detail`: it says what could not be done, and what to do.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly errors: readonly FieldError[] | undefined;
  /** When the same request may succeed. It becomes the Retry-After header. */
  readonly retryAfterSeconds: number | undefined;
  /** Further headers of the answer: Allow of a 405, Accept of a 415. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: number,
    readonly detail: string,
    more: {
      errors?: readonly FieldError[];
      retryAfterSeconds?: number;
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.errors = more.errors;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.headers = more.headers ?? {};
  }

  toBody(): z.output<typeof problemBody> {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.detail,
      ...(this.errors && { errors: [...this.errors] }),
    };
  }
}

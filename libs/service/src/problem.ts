import { STATUS_CODES } from 'node:http';

/** One wrong field of a request: where (`lines.0.quantity`) and which rule. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/**
 * What a route throws to answer with an error: it becomes an `application/problem+json` body (RFC 9457).
 * `detail` is read by the client's developers: what could not be done, and what to do.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly errors: readonly FieldError[] | undefined;
  /** When the same request may succeed; becomes the Retry-After header. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly status: number,
    readonly detail: string,
    more: { errors?: readonly FieldError[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.errors = more.errors;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }

  toBody() {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.detail,
      ...(this.errors && { errors: this.errors }),
    };
  }
}

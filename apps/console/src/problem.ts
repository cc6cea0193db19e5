import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** What a route throws to answer with an error: it becomes an `application/problem+json` body (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly detail: string,
    readonly errors?: readonly FieldError[],
  ) {
    super(detail);
  }
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** So many errors of one request are told: a batch of spans may have one in each of them. */
const ERRORS_TOLD = 10;

/** The answer to a request whose fields are wrong. */
export const invalid = (issues: readonly Issue[]): Problem =>
  new Problem(
    400,
    'The request is not valid: see errors.',
    issues.slice(0, ERRORS_TOLD).map(({ path = [], message }) => ({
      path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      message,
    })),
  );

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): void;
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const { status, detail, errors } = this.problemOf(error);
    const body = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...(errors && { errors }) };
    host
      .switchToHttp()
      .getResponse<Reply>()
      .status(status)
      .header('Content-Type', 'application/problem+json')
      .header('Cache-Control', 'no-store')
      .send(body);
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof HttpException) return new Problem(error.getStatus(), error.message);
    const { statusCode, message } = error as { statusCode?: number; message?: string };
    // Fastify's own: malformed JSON, a body too large, a content type that nobody reads.
    if (statusCode !== undefined && statusCode < 500) return new Problem(statusCode, message ?? 'The request cannot be read.');
    this.log.error({ err: error }, 'A request failed.');
    return new Problem(500, 'The request failed for a reason on our side.');
  }
}

import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import { Conflict } from './charge-book.js';
import { CutOff } from './cut-off.js';

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

/** The answer to a body whose fields are wrong. */
export const invalid = (issues: readonly Issue[]): Problem =>
  new Problem(
    400,
    'The request is not valid: see errors.',
    issues.map(({ path = [], message }) => ({
      path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      message,
    })),
  );

const RETRY_AFTER_S = '1';

interface Reply {
  hijack(): void;
  readonly raw: ServerResponse;
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): void;
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<Reply>();
    if (error instanceof CutOff) {
      reply.hijack();
      reply.raw.destroy();
      return;
    }
    const { status, detail, errors } = this.problemOf(error);
    const body = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...(errors && { errors }) };
    if (status === 429) reply.header('Retry-After', RETRY_AFTER_S);
    reply.status(status).header('Content-Type', 'application/problem+json').send(body);
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof Conflict) return new Problem(422, error.message);
    if (error instanceof HttpException) return new Problem(error.getStatus(), error.message);
    const { statusCode, message } = error as { statusCode?: number; message?: string };
    // Fastify's own: malformed JSON, a body too large.
    if (statusCode !== undefined && statusCode < 500) return new Problem(statusCode, message ?? 'The request cannot be read.');
    this.log.error({ err: error }, 'A call failed.');
    return new Problem(500, 'The call failed for a reason on our side.');
  }
}

import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { currentWork } from '@waybill/messaging';
import { throwError } from 'rxjs';
import { databaseProblem } from './database-problem.js';
import { Problem } from './problem.js';

/** Turns every error of a route into a problem, and lets every error of a message handler pass to the messaging core. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger(ProblemFilter.name);

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost) {
    // Without this, Nest replaces a handler's error by "Internal server error" and the evidence is gone.
    if (host.getType() !== 'http') return throwError(() => error);

    const problem = problemOf(error);
    if (problem.status >= 500) this.log.error({ err: error }, problem.detail);

    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) return;
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    if (problem.retryAfterSeconds !== undefined)
      httpAdapter.setHeader(response, 'Retry-After', String(problem.retryAfterSeconds));
    for (const [name, value] of Object.entries(problem.headers)) httpAdapter.setHeader(response, name, value);
    const traceId = currentWork()?.traceId;
    httpAdapter.reply(response, { ...problem.toBody(), ...(traceId && { traceId }) }, problem.status);
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // These errors of Nest (unknown route) and of Fastify (malformed JSON, too large, wrong content type) are written for
  // clients.
  if (error instanceof HttpException && error.getStatus() < 500) return new Problem(error.getStatus(), error.message);
  return databaseProblem(error) ?? new Problem(500, 'The request failed for a reason on our side.', { cause: error });
}

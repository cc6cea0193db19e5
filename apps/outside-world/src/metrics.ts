import { Controller, Get, Header } from '@nestjs/common';
import { collectDefaultMetrics, Histogram, register } from 'prom-client';
import { Conflict } from './charge-book.js';
import { CutOff } from './cut-off.js';

collectDefaultMetrics();

const callSeconds = new Histogram({
  name: 'outside_call_seconds',
  help: 'Calls of the provider and mails, and their duration, by the status of the answer; none: the connection was destroyed',
  labelNames: ['call', 'answer'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** Counts a call when it ends. `ok` is the status of an answer that is no error. */
export async function counted<T>(call: string, ok: number, answered: Promise<T>): Promise<T> {
  const ended = callSeconds.startTimer({ call });
  try {
    const answer = await answered;
    ended({ answer: ok });
    return answer;
  } catch (error) {
    ended({ answer: statusOf(error) });
    throw error;
  }
}

function statusOf(error: unknown): number | string {
  if (error instanceof CutOff) return 'none';
  if (error instanceof Conflict) return 422;
  const { status, responseCode } = error as { status?: number; responseCode?: number };
  return status ?? responseCode ?? 'failed';
}

@Controller('metrics')
export class MetricsRoute {
  @Get()
  @Header('Content-Type', register.contentType)
  metrics(): Promise<string> {
    return register.metrics();
  }
}

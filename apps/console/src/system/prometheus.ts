import { z } from 'zod';
import { ask } from '../ask.js';
import { Problem } from '../problem.js';

const answer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.unknown()) }),
});
const labels = z.record(z.string(), z.string());
const sample = z.tuple([z.number(), z.string().transform(Number)]);
const vector = z.array(z.object({ metric: labels, value: sample }));
const matrix = z.array(z.object({ metric: labels, values: z.array(sample) }));

export interface Value {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Line {
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since 1970, and the value. */
  readonly points: readonly (readonly [number, number])[];
}

/** Prometheus's HTTP API. Throws a Problem when it is away, or when it does not understand. */
export class Prometheus {
  constructor(private readonly url: string) {}

  async now(query: string): Promise<Value[]> {
    const result = await this.#ask('query', { query }, vector);
    return result.map(({ metric, value: [, value] }) => ({ labels: metric, value }));
  }

  async range(query: string, from: number, to: number, stepSeconds: number): Promise<Line[]> {
    const given = { query, start: String(from), end: String(to), step: String(stepSeconds) };
    const result = await this.#ask('query_range', given, matrix);
    return result.map(({ metric, values }) => ({ labels: metric, points: values }));
  }

  async #ask<T>(what: string, parameters: Record<string, string>, schema: z.ZodType<T>): Promise<T> {
    const { body } = await ask('Prometheus', `${this.url}/api/v1/${what}?${new URLSearchParams(parameters)}`);
    const read = answer.safeParse(body);
    const result = read.success ? schema.safeParse(read.data.data.result) : read;
    if (!result.success) throw new Problem(502, 'Prometheus answers something that the console cannot read.');
    return result.data as T;
  }
}

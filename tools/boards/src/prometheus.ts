import { setTimeout as delay } from 'node:timers/promises';

/** One series of an answer: its labels, and the numbers that it has. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly numbers: readonly number[];
}

export type Answer = { readonly series: readonly Series[] } | { readonly error: string };

export interface Rule {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly query: string;
  /** `ok` when its last evaluation was. */
  readonly health: string;
  readonly lastError?: string;
}

interface Body {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly values: readonly (readonly [number, string])[];
    }[];
    readonly groups: readonly { readonly rules: readonly Rule[] }[];
  };
}

const STEP_SECONDS = 5;
const TRIES = 5;

/** What a Prometheus answers; `url` with the path under which it serves. */
export const prometheusAt = (url: string) => ({
  /** The course of a query since `from`, as a board draws it. */
  async course(query: string, from: Date): Promise<Answer> {
    const body = await ask(url, 'api/v1/query_range', {
      query,
      start: String(from.getTime() / 1_000),
      end: String(Date.now() / 1_000),
      step: String(STEP_SECONDS),
    });
    if (body.status !== 'success') return { error: body.error ?? body.status };
    return {
      series: body.data.result.map(({ metric, values }) => ({
        labels: metric,
        // 0/0 is no number: a quotient of nothing, a quantile of no observation.
        numbers: values.map(([, value]) => Number(value)).filter((value) => !Number.isNaN(value)),
      })),
    };
  },

  /** The rules that it has loaded. */
  async rules(): Promise<readonly Rule[]> {
    const { data } = await ask(url, 'api/v1/rules', {});
    return data.groups.flatMap(({ rules }) => rules);
  },
});

export type Prometheus = ReturnType<typeof prometheusAt>;

async function ask(url: string, path: string, parameters: Record<string, string>): Promise<Body> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(new URL(`${path}?${new URLSearchParams(parameters)}`, url));
    const text = await response.text();
    if (text.startsWith('{')) return JSON.parse(text) as Body;
    // An answer that is no JSON comes from nginx: Prometheus is not there, or busy.
    if (tries === TRIES) throw new Error(`${url} answered with ${response.status}: ${text.slice(0, 200)}`);
    await delay(1_000);
  }
}

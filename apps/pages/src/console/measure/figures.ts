import type { Measures } from '../answers.ts';

type Chart = Measures['charts'][number];

/** Two numbers that count, with the unit: 12/s, 340 ms, 2.1 s, 130 MB. */
export function figure(value: number, unit: Chart['unit']): string {
  if (unit === 'bytes') return `${rounded(value / 1e6)} MB`;
  if (unit === 'per second') return `${rounded(value)}/s`;
  if (unit !== 'seconds') return rounded(value);
  return value < 1 ? `${rounded(value * 1_000)} ms` : `${rounded(value)} s`;
}

const rounded = (value: number): string =>
  Math.abs(value) < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));

/** One list of times, and for each line its value at each of them. Where Prometheus has none, there is a gap and no line. */
export function aligned(
  lines: Chart['lines'],
  { from, to, step }: Pick<Measures, 'from' | 'to' | 'step'>,
): { readonly times: readonly number[]; readonly values: readonly (readonly (number | null)[])[] } {
  const times = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
  const values = lines.map(({ points }) => {
    const at = new Map(points);
    return times.map((time) => at.get(time) ?? null);
  });
  return { times, values };
}

/** Milliseconds of each unit that the page and the configurations use. */
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  hours: 3_600_000,
  days: 86_400_000,
};

/** `8 s`, `8s`, `250 ms`, `14 days` in milliseconds, or nothing when it is no length of time. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s?([a-z]+)$/.exec(text.trim()) ?? [];
  const factor = UNITS[unit ?? ''];
  return factor === undefined ? undefined : Number(amount) * factor;
}

/** In the largest unit in which it is a whole number. */
export function formatDuration(ms: number): string {
  const [unit, factor] = (['days', 'h', 'min', 's'] as const)
    .map((name) => [name, UNITS[name]!] as const)
    .find(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1];
  return `${ms / factor} ${unit}`;
}

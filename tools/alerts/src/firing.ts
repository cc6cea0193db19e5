import { setTimeout as delay } from 'node:timers/promises';
import { askPrometheus } from './prometheus.ts';

/** One alert that fires: its name and its labels, as Prometheus tells them. */
export type Firing = Readonly<Record<string, string>> & { readonly alertname: string };

/** An alert as a drill expects it: the labels that it names must be there. */
export interface Expected {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Always fires. */
const WATCHDOG = 'Watchdog';

const ASK_AGAIN_MS = 500;

/** What fires at this moment, without what always does. Nothing is known, and so undefined, while Prometheus does not answer. */
export async function firing(prometheus: string): Promise<Firing[] | undefined> {
  const data = await askPrometheus<{ alerts: { state: string; labels: Firing }[] }>(prometheus, 'alerts');
  return data?.alerts
    .filter(({ state, labels }) => state === 'firing' && labels.alertname !== WATCHDOG)
    .map(({ labels }) => labels);
}

export const isAmong = (alerts: readonly Firing[], { alert, labels }: Expected): boolean =>
  alerts.some((each) => each.alertname === alert && Object.entries(labels).every(([name, value]) => each[name] === value));

/** `ReplicaMissing service=order` */
export const nameOf = ({ alert, labels }: Expected): string =>
  [alert, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].join(' ');

/** Seconds until `isSo` of what fires, or undefined when that does not come in time, or nobody waits for it any more. */
export async function secondsUntil(
  prometheus: string,
  isSo: (alerts: readonly Firing[]) => boolean,
  { withinMs, signal }: { withinMs: number; signal: AbortSignal },
): Promise<number | undefined> {
  const started = performance.now();
  for (;;) {
    const alerts = await firing(prometheus);
    const passedMs = performance.now() - started;
    if (alerts && isSo(alerts)) return passedMs / 1_000;
    if (passedMs > withinMs || signal.aborted) return undefined;
    await delay(ASK_AGAIN_MS);
  }
}

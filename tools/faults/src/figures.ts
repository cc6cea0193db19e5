import { globSync, readFileSync } from 'node:fs';
import { SERVICES } from '@waybill/contracts';
import { askPort, instanceOf, readConnections, status } from '@waybill/stack';
import { BALANCERS } from './balancers.ts';

/** What the system itself says about repetition, counted from its logs, because counters die with their process. */
export interface Figures {
  /** Messages that came again and did nothing. */
  readonly duplicates: number;
  /** Workers that were too late and were kept from settling. */
  readonly fenced: number;
  /** Messages that RabbitMQ delivered again. */
  readonly redelivered: number;
}

/** Sums since the instance was started, but for RabbitMQ's: they begin anew with the broker. */
export async function readFigures(instance: string): Promise<Figures> {
  const logs = globSync(`${instanceOf(instance).paths.logs}/{${SERVICES.join(',')}}-*.log`);
  const lines = logs.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  return {
    duplicates: lines.filter((line) => line.includes('"labels.outcome":"duplicate"')).length,
    fenced: lines.filter((line) => /nother worker (has taken|took) over/.test(line)).length,
    redelivered: await redelivered(instance),
  };
}

/** What has come since `before`. RabbitMQ's counter is smaller than before when the broker began anew: then all of it has. */
export const since = (before: Figures, now: Figures): Figures => ({
  duplicates: now.duplicates - before.duplicates,
  fenced: now.fenced - before.fenced,
  redelivered: now.redelivered < before.redelivered ? now.redelivered : now.redelivered - before.redelivered,
});

async function redelivered(instance: string): Promise<number> {
  const { rabbitmq = '' } = await readMetrics(instance);
  const values = [...rabbitmq.matchAll(/^rabbitmq_global_messages_redelivered_total\{.*\} (\d+)/gm)];
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}

/** What each process shows to Prometheus at this moment, as far as it answers. */
export async function readMetrics(instance: string): Promise<Record<string, string>> {
  const { tls } = readConnections(instance);
  const { services } = await status(instance);
  const shown = services.map(async ({ name, ports: { metrics, https, http } }) => {
    const port = metrics ?? https ?? http;
    // The HTTPS of a balancer is for customers, and leads to a replica.
    if (port === undefined || BALANCERS.includes(name)) return [];
    const answer = await askPort(tls, port, '/metrics').catch(() => undefined);
    return answer?.ok ? [[name, await answer.text()] as const] : [];
  });
  return Object.fromEntries((await Promise.all(shown)).flat());
}

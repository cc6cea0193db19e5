import { readConnections, status } from '@waybill/stack';

/** By its own port: nginx, behind which people find it, may be what is broken. */
export async function prometheusOf(instance: string): Promise<string> {
  const { services } = await status(instance);
  const port = services.find(({ name }) => name === 'prometheus')?.ports['http'];
  if (port === undefined) throw new Error('Prometheus does not run in this instance.');
  return `${readConnections(instance).tls ? 'https' : 'http'}://127.0.0.1:${port}/prometheus/`;
}

/** What Prometheus answers to a question of its API. Undefined while it does not answer. */
export async function askPrometheus<Data>(prometheus: string, question: string): Promise<Data | undefined> {
  try {
    const response = await fetch(`${prometheus}api/v1/${question}`, { signal: AbortSignal.timeout(5_000) });
    return ((await response.json()) as { data?: Data }).data;
  } catch {
    return undefined;
  }
}

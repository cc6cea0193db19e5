import { setTimeout as delay } from 'node:timers/promises';
import { readRecords, runningContainers } from '@waybill/demo';
import { BALANCERS, sendTraffic } from '@waybill/faults';
import { rotateSecrets } from '@waybill/stack';
import type { Smoke } from './types.ts';

/** Through each balancer. A rotation starts both brokers and each replica once more, and two processors build nothing meanwhile. */
const REQUESTS_PER_SECOND = 20;
const BEFORE_MS = 3_000;
const AFTER_MS = 8_000;

/**
 * Another value for every secret, while requests go through both balancers, each on a connection of its own and sent once. Throws
 * a sentence when one of them has failed. Resolves to the number of orders among them.
 */
export async function otherSecretsUnderLoad({ project, say, signal }: Smoke): Promise<number> {
  const stack = await runningContainers(project);
  const before = readRecords(stack.clientLedger).length;
  let rotating = true;
  const load = BALANCERS.map((through) =>
    sendTraffic({
      stack,
      run: `secrets-${through}`,
      through,
      perSecond: REQUESTS_PER_SECOND,
      token: stack.token,
      keepAlive: false,
      goOn: () => rotating,
      signal,
    }),
  );
  const rotate = async () => {
    await delay(BEFORE_MS, undefined, { signal });
    await rotateSecrets([], { project }, say);
    await delay(AFTER_MS, undefined, { signal });
  };
  const [traffic] = await Promise.all([Promise.all(load), rotate().finally(() => (rotating = false))]);
  for (const { through, requests, failures, slowestMs } of traffic) {
    say(`${through}: ${requests} requests, ${failures.length} failed, the slowest took ${Math.round(slowestMs)} ms`);
    if (failures.length > 0)
      throw new Error(`${failures.length} of ${requests} requests through ${through} failed, the first one: ${failures[0]}`);
  }
  return readRecords(stack.clientLedger).length - before;
}

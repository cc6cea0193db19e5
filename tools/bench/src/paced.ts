import { setTimeout as delay } from 'node:timers/promises';

/** Sends so many a second while it is wanted, whether the last ones have been answered or not. Waits at the end for what is left. */
export async function paced<Answer>(
  perSecond: number,
  wanted: () => boolean,
  send: (number: number) => Promise<Answer>,
): Promise<Answer[]> {
  const begun = performance.now();
  const sent: Promise<Answer>[] = [];
  while (wanted()) {
    const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    while (sent.length < due) sent.push(send(sent.length));
    await delay(1);
  }
  return Promise.all(sent);
}

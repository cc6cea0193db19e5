// In the background of a drill: orders come, after a while something breaks, and it stays broken until the game is over.
import { setTimeout as delay } from 'node:timers/promises';
import { runningStack } from '@waybill/demo';
import { status } from '@waybill/stack';
import { INSTANCE, readGame, writeGame } from './game.ts';
import { drawn } from './kinds.ts';
import { sendOrders } from './orders.ts';

const LOOK_EVERY_MS = 1_000;
/** What is normal can be seen for so long. */
const WHOLE_MS = 40_000;
const WHOLE_AT_MOST_MS = 30_000;

const game = readGame();
if (!game) throw new Error('There is no drill.');
const over = new AbortController();
const stack = await runningStack(INSTANCE);
const orders = sendOrders(stack, over.signal);
orders.catch(() => undefined);
const until = Date.now() + WHOLE_MS + (game.seed % WHOLE_AT_MOST_MS);
let mend: (() => Promise<unknown>) | undefined;
for (let now = readGame(); now?.seed === game.seed && (await isUp()); now = readGame()) {
  if (!mend && Date.now() >= until && now.failed === undefined) {
    try {
      mend = await drawn(game.seed).begin({ instance: INSTANCE, stack });
      const current = readGame();
      if (current) writeGame({ ...current, brokenAt: new Date().toISOString() });
    } catch (error) {
      writeGame({ ...now, failed: (error as Error).message });
    }
  }
  await delay(LOOK_EVERY_MS);
}
over.abort();
await mend?.().catch(() => undefined);
process.exit(0);

/** A supervisor that is too busy to answer is there. */
async function isUp(): Promise<boolean> {
  const { urls } = await status(INSTANCE).catch(() => ({ urls: { edge: 'unknown' } as Record<string, string> }));
  return urls['edge'] !== undefined;
}

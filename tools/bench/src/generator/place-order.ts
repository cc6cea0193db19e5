import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection, NoAnswer } from './connection.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** How often something else than an accepted order came back, by what it was: `503`, `ECONNRESET`. */
export type SentAgain = Record<string, number>;

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
}

const ONE_LINE: readonly OrderLine[] = [{ sku: 'mug-enamel', quantity: 1 }];

export interface Placing {
  readonly connection: Connection;
  readonly customerId: string;
  readonly sentAgain: SentAgain;
  /** Unset: the system asks for none. */
  readonly token?: (() => Promise<string>) | undefined;
  /** Unset: one line. */
  readonly lines?: readonly OrderLine[] | undefined;
  /** When it aborts, an order that is not accepted is given up. */
  readonly giveUp: AbortSignal;
}

/**
 * Places an order and returns its id. It does what each client should: it sends the same request with the same Idempotency-Key again
 * when it is told to, or hears nothing. Each such case is counted. Undefined: given up.
 */
export async function placeOrder({
  connection,
  customerId,
  sentAgain,
  giveUp,
  token,
  lines = ONE_LINE,
}: Placing): Promise<string | undefined> {
  const body = JSON.stringify({ customerId, email: 'bench@example.com', currency: 'EUR', lines, paymentMethod: 'pm_ok' });
  const key = randomUUID();
  for (let attempt = 0; !giveUp.aborted; attempt += 1) {
    const headers = {
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
      ...(token && { Authorization: `Bearer ${await token()}` }),
    };
    const answer = await connection.post('/api/orders', headers, body).catch((error: unknown) => {
      if (error instanceof NoAnswer) return error;
      throw error;
    });
    if ('status' in answer && answer.status === 202) return (JSON.parse(answer.body) as { id: string }).id;
    const what = 'status' in answer ? String(answer.status) : answer.message;
    const isForNow = !('status' in answer) || answer.retryAfterMs !== undefined || answer.status >= 500;
    if (!isForNow) throw new Error(`POST /api/orders answered ${what}: ${'status' in answer ? answer.body : ''}`);
    sentAgain[what] = (sentAgain[what] ?? 0) + 1;
    await delay(pauseMs('status' in answer ? answer.retryAfterMs : undefined, attempt), undefined, { signal: giveUp }).catch(
      () => undefined,
    );
  }
  return undefined;
}

/** What the server asked for, or ever longer, and never the same for two clients. */
function pauseMs(asked: number | undefined, attempt: number): number {
  const whole = asked ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
  return whole / 2 + (Math.random() * whole) / 2;
}

import { Agent, request as send } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { appendRecord, orderRequest, readProducts, type RunningStack } from '@waybill/demo';

/** What the requests through one balancer came to. */
export interface Traffic {
  readonly through: string;
  readonly requests: number;
  /** Each at its first try: nothing is sent again. */
  readonly failures: readonly string[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
}

export interface TrafficPlan {
  readonly stack: RunningStack;
  readonly run: string;
  /** The balancer: nginx or haproxy. */
  readonly through: string;
  readonly perSecond: number;
  /** Asked for each request. */
  readonly token: () => Promise<string>;
  /** Whether connections are kept, and used again and again. */
  readonly keepAlive: boolean;
  readonly goOn: () => boolean;
  readonly signal: AbortSignal;
}

/** Longer than two tries of a balancer at a replica (5 s each). */
const ANSWER_WITHIN_MS = 15_000;
const CONNECTIONS = 32;

/**
 * Sends so many requests a second, whether those before are answered or not: orders with a key, each once, and in between
 * questions to all three services. Anything but the right answer is a failure: a reset, a timeout, another status.
 */
export async function sendTraffic(plan: TrafficPlan): Promise<Traffic> {
  const { stack, run, through, perSecond, token, keepAlive, goOn, signal } = plan;
  const origin = through === 'nginx' ? stack.edge : stack.urls[through];
  if (!origin) throw new Error(`${through} does not run here.`);
  const products = await readProducts(stack);
  const agent = new Agent({ keepAlive, maxSockets: CONNECTIONS });
  const tookMs: number[] = [];
  const failures: string[] = [];
  const underWay = new Set<Promise<void>>();
  let someOrder: string | undefined;

  /** Resolves with the body of the right answer, or with nothing. */
  const ask = async (method: string, path: string, right: number, order?: { key: string; body: object }) => {
    const began = performance.now();
    try {
      const { status, body } = await exchange(agent, method, `${origin}${path}`, await token(), order);
      if (status === right) return body;
      failures.push(`${method} ${path} was answered with ${status}: ${body.slice(0, 200)}`);
    } catch (error) {
      failures.push(`${method} ${path}: ${(error as Error).message}`);
    } finally {
      tookMs.push(performance.now() - began);
    }
    return undefined;
  };
  const placeOrder = async (n: number) => {
    const { key, body } = orderRequest(run, n, products);
    const answer = await ask('POST', '/api/orders', 202, { key, body });
    if (answer !== undefined) someOrder = (JSON.parse(answer) as { id: string }).id;
    const { customerId, email, lines, paymentMethod } = body;
    const [answers, failure] = answer === undefined ? [[], 'its only try failed'] : [[answer], undefined];
    const acceptedAt = new Date().toISOString();
    const record = { key, customerId, email, lines, paymentMethod, acceptedAt, answers, cancelled: false, repeated: [] };
    appendRecord(stack.clientLedger, { ...record, ...(failure && { failure }) });
  };
  const requests = [
    placeOrder,
    () => ask('GET', '/api/products', 200),
    () => ask('GET', someOrder ? `/api/orders/${someOrder}` : '/api/products', 200),
    () => ask('GET', someOrder ? `/api/payments?orderId=${someOrder}` : '/api/products', 200),
    () => ask('GET', someOrder ? `/api/notifications?orderId=${someOrder}` : '/api/products', 200),
  ];

  const startedAt = Date.now();
  for (let n = 0; goOn(); n++) {
    await delay(Math.max(0, startedAt + (n * 1_000) / perSecond - Date.now()), undefined, { signal });
    const one: Promise<void> = Promise.resolve(requests[n % requests.length]!(n)).then(() => void underWay.delete(one));
    underWay.add(one);
  }
  await Promise.all(underWay);
  agent.destroy();
  const sorted = tookMs.sort((a, b) => a - b);
  const share = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { through, requests: sorted.length, failures, p50Ms: share(0.5), p99Ms: share(0.99), slowestMs: share(1) };
}

/** One request and its answer, over a kept connection when one is free. */
function exchange(
  agent: Agent,
  method: string,
  url: string,
  token: string,
  order?: { key: string; body: object },
): Promise<{ status: number; body: string }> {
  const text = order && JSON.stringify(order.body);
  const headers = {
    authorization: `Bearer ${token}`,
    ...(order && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text!),
      'idempotency-key': order.key,
    }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { method, agent, headers, timeout: ANSWER_WITHIN_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (piece: string) => (body += piece));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode!, body }));
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`)));
    outgoing.once('error', reject);
    outgoing.end(text);
  });
}

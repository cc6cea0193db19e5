import { reasonFrom } from '@waybill/contracts';
import { ATTRIBUTE, inClientSpan, secretNow, Transient } from '@waybill/messaging';
import { timeout, TimeoutStrategy } from 'cockatiel';
import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { z } from 'zod';
import type { ProviderConfig } from './config.js';
import type { ChargeOutcome, ReversalOutcome } from './payment-decisions.js';

/** Far above the longest answer, which holds the longest reason. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** An idle connection is closed after so long: before the provider does it, or a call would meet that close. */
const IDLE_MS = 4_000;

/** Answers that blame the request itself. Other refusals (of our keys, by a limit, by a proxy) may be over when we ask again. */
const OUR_FAULT = [400, 422];

// The outcome decides, and the reason never does: a decline is a decline with any reason, and with none.
const reason = z.unknown().optional().transform(reasonFrom);
const chargeAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('charged') }),
  z.object({ outcome: z.literal('declined'), reason }),
]);
const lookUpAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('charged') }),
  z.object({ state: z.literal('declined'), reason }),
  // A reversal has ended this reference: the money is not there, and no later charge brings it.
  z.object({ state: z.enum(['refunded', 'closed']), reason }),
  z.object({ state: z.literal('none') }),
]);
const reversalAnswer = z.object({
  outcome: z.enum(['refunded', 'closed']),
  amount: z.int().optional(),
  currency: z.string().optional(),
});

/** The payment provider's HTTP API. An answer that is missing, late or not as agreed is `Transient`: the outcome is unknown. */
export class Provider {
  /** How long a claim lasts: longer than a look-up and a charge may take, or a second worker would call beside us. */
  readonly leaseMs: number;
  /** How old a claim may be when its charge begins: the charge then ends within the lease. */
  readonly chargeWithinMs: number;
  private readonly deadline;
  private readonly connections;

  constructor(private readonly config: ProviderConfig) {
    this.leaseMs = 2 * config.callDeadlineMs + 2_000;
    this.chargeWithinMs = this.leaseMs - config.callDeadlineMs;
    this.deadline = timeout(config.callDeadlineMs, TimeoutStrategy.Cooperative);
    this.connections = keptConnections(config);
  }

  /** Moves the money once, however often we call it: the key is the order's and never changes. */
  async charge(charge: { orderId: string; amount: number; currency: string; paymentMethod: string }): Promise<ChargeOutcome> {
    const { orderId, amount, currency, paymentMethod } = charge;
    return this.call('/charges', chargeAnswer, {
      template: '/charges',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `charge-${orderId}` },
      body: JSON.stringify({ reference: orderId, amount, currency, paymentMethod }),
    });
  }

  /** What became of an order's charge. Undefined does not prove that no money moves: an earlier call may still be on its way. */
  async lookUp(orderId: string): Promise<ChargeOutcome | undefined> {
    const answer = await this.call(`/charges/${orderId}`, lookUpAnswer, { template: '/charges/{reference}', method: 'GET' });
    switch (answer.state) {
      case 'charged':
        return { outcome: 'charged' };
      case 'declined':
      case 'refunded':
      case 'closed':
        return { outcome: 'declined', reason: answer.reason };
      case 'none':
        return undefined;
    }
  }

  /**
   * Gives back what was charged for an order, once, or closes what was not: the provider then refuses a charge that comes later.
   * The order's reference makes a repetition safe, so each attempt has a new key: a provider that repeats its answers for ever,
   * errors included, would otherwise never reverse.
   */
  async reverse(money: { orderId: string; amount: number; currency: string }, attempt: number): Promise<ReversalOutcome> {
    const { orderId, amount, currency } = money;
    const { outcome, ...given } = await this.call('/reversals', reversalAnswer, {
      template: '/reversals',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `reverse-${orderId}-${attempt}` },
      body: JSON.stringify({ reference: orderId }),
    });
    if (outcome === 'refunded' && (given.amount !== amount || given.currency !== currency))
      throw new Error(
        `Order ${orderId} was charged ${amount} ${currency}, but ${given.amount} ${given.currency} were given back.`,
      );
    return outcome;
  }

  private async call<T>(path: string, schema: z.ZodType<T>, { template, ...request }: Call & Templated): Promise<T> {
    const { hostname, port } = new URL(this.config.url);
    const attributes = (answer?: Answer) => ({
      [ATTRIBUTE.httpMethod]: request.method,
      [ATTRIBUTE.urlTemplate]: template,
      [ATTRIBUTE.serverAddress]: hostname,
      [ATTRIBUTE.serverPort]: port === '' ? undefined : Number(port),
      [ATTRIBUTE.httpStatus]: answer?.status,
    });
    const ask = () => this.deadline.execute(({ signal }) => this.connections(new URL(path, this.config.url), request, signal));
    const { status, body } = await inClientSpan(`${request.method} ${template}`, attributes, ask).catch((error: unknown) => {
      throw new Transient(`The payment provider did not answer ${request.method} ${path}.`, { cause: error });
    });
    if (OUR_FAULT.includes(status)) throw new Error(`The payment provider refused ${request.method} ${path} with ${status}.`);
    if (status >= 300) throw new Transient(`The payment provider answered ${request.method} ${path} with ${status}.`);

    const answer = schema.safeParse(parse(body));
    if (!answer.success)
      throw new Transient(`The payment provider's answer to ${request.method} ${path} cannot be read.`, { cause: answer.error });
    return answer.data;
  }
}

const UNKNOWN_KEY = 401;

interface Call {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The path without what changes with each call: it names the span. */
interface Templated {
  readonly template: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Calls with our key, over connections that are kept and used again, as many as there are calls at a time. Node's `fetch` does the same for twice
 * the CPU (290 us and 120 us a call). A redirect is an answer like any other here: nobody follows it.
 */
function keptConnections(
  provider: Pick<ProviderConfig, 'url' | 'key'>,
): (url: URL, call: Call, signal: AbortSignal) => Promise<Answer> {
  const [send, agent] = provider.url.startsWith('https:')
    ? [tlsRequest, new TlsAgent({ keepAlive: true, timeout: IDLE_MS })]
    : [request, new Agent({ keepAlive: true, timeout: IDLE_MS })];
  let key = secretNow(provider.key);
  return (url, { body, headers, ...options }, signal) =>
    new Promise((resolve, reject) => {
      const call = send(url, { ...options, headers: { ...headers, authorization: `Bearer ${key}` }, agent, signal }, (answer) => {
        // The key may have been rotated: the next try shows the one of then.
        if (answer.statusCode === UNKNOWN_KEY) key = secretNow(provider.key);
        textOf(answer).then((text) => resolve({ status: answer.statusCode!, body: text }), reject);
      });
      // Also for a connection that breaks while the answer comes: an error without a listener would end the process.
      call.on('error', reject);
      call.end(body);
    });
}

/** @throws when the answer breaks off, or is too large. Its connection is closed then. */
async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`The answer is larger than ${MAX_ANSWER_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

import { setTimeout as delay } from 'node:timers/promises';

const GIVE_UP_AFTER_MS = 300_000;
const ANSWER_WITHIN_MS = 20_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** What a careful client does: no answer, or one that may pass, is tried again with the same key, which cannot order twice. */
export class CarefulClient {
  private readonly signal: AbortSignal;
  private readonly token: () => Promise<string>;
  private readonly giveUpAfterMs: number;
  /** Why a request was sent again, each time. */
  readonly repeated: string[] = [];

  constructor(signal: AbortSignal, token: () => Promise<string>, giveUpAfterMs = GIVE_UP_AFTER_MS) {
    this.signal = signal;
    this.token = token;
    this.giveUpAfterMs = giveUpAfterMs;
  }

  /** Sends until it is accepted. The body of the 202. */
  async post(url: string, order?: { key: string; body: object }): Promise<string> {
    const request = {
      method: 'POST',
      headers: order ? { 'content-type': 'application/json', 'idempotency-key': order.key } : {},
      ...(order && { body: JSON.stringify(order.body) }),
    };
    return this.untilAnswered(url, request, ({ status }, text) => {
      if (status === 202) return text;
      this.repeated.push(`${status}: ${detailOf(text)}`);
      return undefined;
    });
  }

  /** Asks again and again until the answer is what is waited for. */
  async untilGet(url: string, isIt: (answer: unknown) => boolean): Promise<void> {
    await this.untilAnswered(url, { headers: {} }, ({ status }, text) =>
      status === 200 && isIt(JSON.parse(text)) ? text : undefined,
    );
  }

  async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.signal });
  }

  private async untilAnswered(
    url: string,
    request: RequestInit & { readonly headers: Readonly<Record<string, string>> },
    read: (response: Response, text: string) => string | undefined,
  ): Promise<string> {
    const giveUpAt = Date.now() + this.giveUpAfterMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      let problem: string;
      try {
        const signal = AbortSignal.any([this.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
        // The issuer may be away as well, and a token may end while a client tries again.
        const headers = { ...request.headers, authorization: `Bearer ${await this.token()}` };
        const response = await fetch(url, { ...request, headers, signal });
        const text = await response.text();
        const found = read(response, text);
        if (found !== undefined) return found;
        problem = `it was answered with ${response.status}: ${text.slice(0, 300)}`;
        if (!mayPass(response.status)) throw new Refused(problem);
      } catch (error) {
        if (error instanceof Refused) throw error;
        this.signal.throwIfAborted();
        problem = `no answer: ${causeOf(error as Error)}`;
        this.repeated.push(problem);
      }
      if (Date.now() >= giveUpAt) throw new Error(`${problem}, for ${this.giveUpAfterMs / 1000} s`);
      await this.pause(pauseMs);
    }
  }
}

class Refused extends Error {}

/**
 * 200 passes: the order may still reach the state that is waited for. 500 does not: a service answers a foreseen trouble with one
 * of the others, and 500 is an error that nobody foresaw.
 */
const mayPass = (status: number) => [200, 409, 429, 502, 503, 504].includes(status);

/** Of a problem (RFC 9457), or how the text begins that is none. */
function detailOf(text: string): string {
  const beginning = text.slice(0, 100);
  try {
    return (JSON.parse(text) as { detail?: string }).detail ?? beginning;
  } catch {
    return beginning;
  }
}

/** `fetch failed` says nothing: what happened is in its cause. */
const causeOf = ({ message, cause }: Error) => (cause instanceof Error ? cause.message : message);

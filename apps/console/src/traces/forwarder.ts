import { Logger } from '@nestjs/common';
import { forwardedTotal } from '../metrics.js';

const FORWARD_WITHIN_MS = 5_000;
/** So many batches wait at most. A batch has half a megabyte at worst. */
const MAX_WAITING = 16;
/** A place that is away is asked again after so long, and what comes meanwhile is not kept for it. */
const REST_MS = 10_000;

/** Hands on what the console receives, as it came. What the other place does not take is counted and lost, as telemetry may be. */
export class Forwarder {
  private readonly log = new Logger(Forwarder.name);
  readonly #waiting: string[] = [];
  #running = false;
  #away = false;
  #restsUntil = 0;

  constructor(
    private readonly url: string | undefined,
    private readonly now: () => number = Date.now,
  ) {}

  forward(body: object): void {
    if (this.url === undefined) return;
    if (this.#waiting.length >= MAX_WAITING || this.now() < this.#restsUntil) {
      forwardedTotal.inc({ outcome: 'dropped' });
      return;
    }
    this.#waiting.push(JSON.stringify(body));
    if (!this.#running) void this.#run(this.url);
  }

  async #run(url: string): Promise<void> {
    this.#running = true;
    for (let body = this.#waiting.shift(); body !== undefined; body = this.#waiting.shift()) {
      const why = await post(url, body);
      forwardedTotal.inc({ outcome: why === undefined ? 'forwarded' : 'failed' });
      // Once for each outage, not for each batch. It is no trouble of the system's: a place may not run at all.
      if (why !== undefined && !this.#away)
        this.log.log({ url, why }, 'Spans are not handed on: their other place does not take them.');
      this.#away = why !== undefined;
      if (this.#away) this.#rest();
    }
    this.#running = false;
  }

  #rest(): void {
    this.#restsUntil = this.now() + REST_MS;
    forwardedTotal.inc({ outcome: 'dropped' }, this.#waiting.length);
    this.#waiting.length = 0;
  }
}

/** Resolves with what went wrong, if anything did. */
async function post(url: string, body: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(FORWARD_WITHIN_MS),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `it answered ${answer.status}`;
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}

import type { Logger } from '../message.js';
import { backoffMs, type Tuning } from '../tuning.js';

/** Tells once that a broker goes, and once that it comes back. Each attempt in between waits longer, up to a limit. */
export class BrokerAway {
  #since: number | undefined;
  #attempts = 0;

  constructor(
    private readonly broker: 'rabbitmq' | 'kafka',
    private readonly who: string,
    private readonly tuning: Pick<Tuning, 'reconnectMs' | 'reconnectCapMs'>,
    private readonly log: Logger,
  ) {}

  /**
   * The broker was lost, or could not be reached. Returns how long to wait for the next attempt, with jitter: otherwise all
   * replicas would come at once.
   */
  failed(reason: string): number {
    this.#attempts += 1;
    if (this.#since === undefined) {
      this.#since = performance.now();
      this.log.warn({ broker: this.broker, reason }, `${this.who}: the broker is away; trying again until it is back`);
    } else this.log.debug({ broker: this.broker, reason, attempts: this.#attempts }, `${this.who}: the broker is still away`);
    return backoffMs(this.#attempts, this.tuning.reconnectMs, this.tuning.reconnectCapMs);
  }

  /** Connecting has succeeded. */
  back(): void {
    if (this.#since === undefined) return;
    const [awayMs, attempts] = [Math.round(performance.now() - this.#since), this.#attempts];
    this.#since = undefined;
    this.#attempts = 0;
    this.log.info({ broker: this.broker, awayMs, attempts }, `${this.who}: the broker is back`);
  }
}

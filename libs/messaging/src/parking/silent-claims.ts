import type { DeliveryParts } from '../receiving/delivery.js';
import { FIND_SILENT, RELEASE_SILENT, type SilentClaim } from './parking.js';

/**
 * Tells a process that died with its message from one that only cannot say how its run ended. A living worker keeps its
 * report, and writes it as soon as the database takes it. So a claim counts as a crash when it has run out and its worker then
 * stays silent for a while in which the database has answered this process at every look. An outage begins the count anew.
 */
export class SilentClaims {
  /** Since when this process knows a row and its attempt to be silent, by its steady clock. No other process reads this. */
  readonly #since = new Map<string, number>();
  #lookedAt = -Infinity;

  constructor(
    private readonly parts: Pick<DeliveryParts, 'unitOfWork' | 'tuning' | 'worker' | 'log'>,
    private readonly isInHand: (rowId: string) => boolean,
  ) {}

  /** A claim that has found a silent one calls this. It looks only a few times within the time that a worker may be silent. */
  async look(): Promise<void> {
    const { unitOfWork, tuning, log } = this.parts;
    const now = performance.now();
    if (now - this.#lookedAt < tuning.silentClaimMs / 5) return;
    this.#lookedAt = now;
    const silent = await unitOfWork.run((tx) => tx.query<SilentClaim>(FIND_SILENT));
    const before = new Map(this.#since);
    this.#since.clear();
    for (const claim of silent) {
      const name = `${claim.rowId}/${claim.attempt}`;
      const since = before.get(name) ?? now;
      const ownButLost = claim.claimedBy === this.parts.worker && !this.isInHand(claim.rowId);
      const crashed = claim.claimedBy !== this.parts.worker && now - since >= tuning.silentClaimMs;
      if (!ownButLost && !crashed) this.#since.set(name, since);
      else await unitOfWork.run((tx) => tx.query(RELEASE_SILENT, [claim.rowId, claim.attempt, crashed]));
      if (crashed) log.warn({ parkedId: claim.rowId, attempt: claim.attempt }, 'the worker of a retry is gone');
    }
  }

  /** Begins the count anew: no claim is silent, or the database did not answer and no worker could have reported. */
  forget(): void {
    this.#since.clear();
  }
}

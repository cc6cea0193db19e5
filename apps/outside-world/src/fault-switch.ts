import type { OnModuleDestroy } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { chance } from './chance.js';
import { faultSettings, type FaultSettings } from './faults.js';

/** The faults that are switched on now. A restart forgets them, and so heals everything. */
export class FaultSwitch implements OnModuleDestroy {
  private current = faultSettings.parse({});
  /** One row of numbers for each half, so that mails do not change what the calls to the provider meet. */
  private chances = { provider: chance(), mail: chance() };
  private readonly end = new AbortController();

  get settings(): FaultSettings {
    return this.current;
  }

  /** True once the process has to end. */
  get ending(): boolean {
    return this.end.signal.aborted;
  }

  replace(settings: FaultSettings): void {
    this.current = settings;
    this.chances = { provider: chance(settings.seed), mail: chance(settings.seed) };
  }

  /** What happens to one call of the provider. Every setting draws a number, set or not, so that one does not shift another. */
  drawCall() {
    const { provider } = this.current;
    const hits = (share: number) => this.chances.provider() < share;
    return {
      delayMs: hits(provider.delayShare) ? provider.delayMs : 0,
      slowMs: hits(provider.slowShare) ? provider.slowMs : 0,
      loseCall: hits(provider.loseCall),
      tooMany: hits(provider.tooMany),
      refuse: hits(provider.refuse),
      failBefore: hits(provider.failBefore),
      failAfter: hits(provider.failAfter),
      loseAnswer: hits(provider.loseAnswer),
      duplicate: hits(provider.duplicate),
    };
  }

  /** What happens to one mail. */
  drawMail() {
    const { mail } = this.current;
    const hits = (share: number) => this.chances.mail() < share;
    return {
      slowMs: hits(mail.slowShare) ? mail.slowMs : 0,
      loseCall: hits(mail.loseCall),
      refuse: hits(mail.refuse),
      reject: hits(mail.reject),
      loseAnswer: hits(mail.loseAnswer),
      duplicate: hits(mail.duplicate),
    };
  }

  /** Passes after this time, or when the process has to end: calls on their way then arrive, and get their answers, at once. */
  async wait(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.end.signal }).catch(() => {});
  }

  onModuleDestroy(): void {
    this.end.abort();
  }
}

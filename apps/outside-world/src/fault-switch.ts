import type { OnModuleDestroy } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { chance } from './chance.js';
import { faultSettings, type FaultSettings } from './faults.js';

/** What is switched on now. Nothing of it is kept: a restart heals everything. */
export class FaultSwitch implements OnModuleDestroy {
  private current = faultSettings.parse({});
  /** One row of numbers for each half, so that mails do not change what the calls to the provider meet. */
  private chances = { provider: chance(), mail: chance() };
  private readonly end = new AbortController();

  get settings(): FaultSettings {
    return this.current;
  }

  /** True once the process was asked to end. */
  get ending(): boolean {
    return this.end.signal.aborted;
  }

  replace(settings: FaultSettings): void {
    this.current = settings;
    this.chances = { provider: chance(settings.seed), mail: chance(settings.seed) };
  }

  /** What happens to one call of the provider. Every setting takes a number, set or not: with a seed one does not shift another. */
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

  /** Passes after this time, or when the process is asked to end: then what is on its way arrives, and is answered, at once. */
  async wait(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.end.signal }).catch(() => {});
  }

  onModuleDestroy(): void {
    this.end.abort();
  }
}

import type { OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { CutOff } from './cut-off.js';
import type { ChargeBook, ChargeRequest, Entry, ReversalRequest } from './charge-book.js';
import type { ChargeLine } from './charge-line.js';
import type { FaultSwitch } from './faults.js';
import type { Ledger } from './ledger.js';
import { paymentMethod } from './payment-methods.js';
import { Problem } from './problem.js';

/**
 * Receives calls: decide, write, answer. The decision is in the book before its line is on disk, and whatever another call
 * learns from it waits for a later line of the same file: no answer is ever ahead of the disk.
 */
export class PaymentProvider implements OnApplicationShutdown {
  constructor(
    private readonly book: ChargeBook,
    private readonly ledger: Ledger<ChargeLine>,
    private readonly faults: FaultSwitch,
  ) {}

  charge(request: ChargeRequest): Promise<ChargeLine> {
    const refused = { kind: 'charge', ...pick(request), amount: request.amount, currency: request.currency } as const;
    const { answersAfterMs = 0 } = paymentMethod(request.paymentMethod);
    return this.receive(refused, (at) => this.book.charge(request, at), answersAfterMs);
  }

  lookUp(reference: string): Promise<ChargeLine> {
    const refused = { kind: 'lookup', reference, idempotencyKey: null, amount: null, currency: null } as const;
    return this.receive(refused, (at) => this.book.lookUp(reference, at));
  }

  reverse(request: ReversalRequest): Promise<ChargeLine> {
    const refused = { kind: 'refund', ...pick(request), amount: null, currency: null } as const;
    return this.receive(refused, (at) => this.book.reverse(request, at));
  }

  onApplicationShutdown(): Promise<void> {
    return this.ledger.close();
  }

  private async receive(
    refused: Parameters<ChargeBook['refuse']>[0],
    decide: (at: string) => Entry,
    answersAfterMs = 0,
  ): Promise<ChargeLine> {
    const fault = this.faults.draw('provider');
    if (fault.down) throw new CutOff();
    if (fault.refuse) {
      await this.ledger.append(this.book.refuse(refused, now()).line);
      throw new Problem(503, 'The provider is told to refuse calls: see /faults.');
    }

    const { line, answer } = decide(now());
    const answered = line.answered && !fault.loseAnswer;
    const written = [this.ledger.append({ ...line, answered })];
    if (fault.duplicate) written.push(this.ledger.append(decide(now()).line));
    await Promise.all(written);
    await delay(fault.slowMs + answersAfterMs);
    if (!answered) throw new CutOff();
    return answer;
  }
}

const now = () => new Date().toISOString();
const pick = ({ reference, idempotencyKey }: ReversalRequest) => ({ reference, idempotencyKey });

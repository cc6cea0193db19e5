import type { OnApplicationShutdown } from '@nestjs/common';
import { CutOff } from './cut-off.js';
import type { ChargeBook, ChargeRequest, Entry, ReversalRequest, Terms } from './charge-book.js';
import type { ChargeLine } from './charge-line.js';
import type { FaultSwitch } from './fault-switch.js';
import type { Ledger } from './ledger.js';
import { counted } from './metrics.js';
import { paymentMethod } from './payment-methods.js';
import { Problem } from './problem.js';

/**
 * Receives calls: decide, write, answer. The decision is in the book before its line is on disk. Another call may learn from it,
 * and then waits for a later line of the same file: no answer is ever ahead of the disk.
 */
export class PaymentProvider implements OnApplicationShutdown {
  constructor(
    private readonly book: ChargeBook,
    private readonly ledger: Ledger<ChargeLine>,
    private readonly faults: FaultSwitch,
  ) {}

  charge({ paymentMethod: method, ...request }: ChargeRequest): Promise<ChargeLine> {
    const { answersAfterMs = 0 } = paymentMethod(method);
    const decide: Decide = (at, terms) => this.book.charge({ ...request, paymentMethod: method }, at, terms);
    return this.receive({ kind: 'charge', ...request }, decide, answersAfterMs);
  }

  lookUp(reference: string): Promise<ChargeLine> {
    const call = { kind: 'lookup', reference, idempotencyKey: null, amount: null, currency: null } as const;
    return this.receive(call, (at, terms) => this.book.lookUp(reference, at, terms));
  }

  reverse(request: ReversalRequest): Promise<ChargeLine> {
    const call = { kind: 'refund', ...request, amount: null, currency: null } as const;
    return this.receive(call, (at, terms) => this.book.reverse(request, at, terms));
  }

  onApplicationShutdown(): Promise<void> {
    return this.ledger.close();
  }

  private receive(call: Call, decide: Decide, answersAfterMs = 0): Promise<ChargeLine> {
    return counted(call.kind, 200, this.answer(call, decide, answersAfterMs));
  }

  private async answer(call: Call, decide: Decide, answersAfterMs: number): Promise<ChargeLine> {
    this.cutOffWhileDown();
    const fault = this.faults.drawCall();
    if (call.kind === 'charge') await this.faults.wait(fault.delayMs);
    this.cutOffWhileDown();
    if (fault.loseCall) return this.turnAway(call);
    if (fault.tooMany) return this.turnAway(call, 429);
    if (fault.refuse) return this.turnAway(call, 503);

    const { keys, keysExpireMs } = this.faults.settings.provider;
    const terms = { keys, keysExpireMs, fails: fault.failBefore ? 'before' : fault.failAfter ? 'after' : undefined } as const;
    const { line, answer } = decide(now(), terms);
    const answered = line.answered && !fault.loseAnswer;
    const written = [this.ledger.append({ ...line, answered })];
    if (fault.duplicate) written.push(this.ledger.append(decide(now(), terms).line));
    await Promise.all(written);
    await this.faults.wait(fault.slowMs + answersAfterMs);
    if (!answered) throw new CutOff();
    if (line.status) throw failure(line.status);
    return answer;
  }

  private cutOffWhileDown(): void {
    if (this.faults.settings.provider.down) throw new CutOff();
  }

  private async turnAway(call: Call, status?: number): Promise<never> {
    await this.ledger.append(this.book.turnAway(call, now(), status).line);
    throw status ? failure(status) : new CutOff();
  }
}

type Call = Parameters<ChargeBook['turnAway']>[0];
type Decide = (at: string, terms: Terms) => Entry;

const now = () => new Date().toISOString();
const failure = (status: number) => new Problem(status, 'The provider is told to answer so: see /faults.');
